// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bodies of the tracepoints, once. See trace.h.
 */
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#define CREATE_TRACE_POINTS
#include "trace.h"
