/* SPDX-License-Identifier: MIT */
/*
 * status-json.h: the state as JSON
 */
#ifndef BUDGETCTL_STATUS_JSON_H
#define BUDGETCTL_STATUS_JSON_H

#include <stdio.h>

#include "snapshot.h"

void status_json(const struct snapshot *snapshot, FILE *out);

#endif /* BUDGETCTL_STATUS_JSON_H */
