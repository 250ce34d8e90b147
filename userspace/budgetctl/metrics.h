/* SPDX-License-Identifier: MIT */
/*
 * metrics.h: the state as OpenMetrics text
 */
#ifndef BUDGETCTL_METRICS_H
#define BUDGETCTL_METRICS_H

#include <stdio.h>

#include "snapshot.h"

void metrics_write(const struct snapshot *snapshot, FILE *out);

#endif /* BUDGETCTL_METRICS_H */
