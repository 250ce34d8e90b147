// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's code, compiled once more into this one: an object may not belong
 * to two modules. Without main.c and chardev.c, which are tested through the
 * device itself.
 *
 * parameters.c is first, since it says what its log lines begin with. The suites run
 * what is for insmod only at other times too.
 */
#define BM_UNDER_TEST
#include <linux/init.h>

#undef __init
#define __init

#include "../../module/parameters.c"

#include "../../module/access.c"
#include "../../module/budget.c"
#include "../../module/client.c"
#include "../../module/detached.c"
#include "../../module/events.c"
#include "../../module/export.c"
#include "../../module/extent.c"
#include "../../module/fdinfo.c"
#include "../../module/holding.c"
#include "../../module/inspect.c"
#include "../../module/mapping.c"
#include "../../module/names.c"
#include "../../module/pages.c"
#include "../../module/pool.c"
#include "../../module/resize.c"
#include "../../module/sysfs.c"
#include "../../module/system.c"
#include "../../module/table.c"
