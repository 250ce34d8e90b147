// SPDX-License-Identifier: GPL-2.0-only
/*
 * budgetmem_kunit: the suites, one a file, as a module of their own. Loading it
 * runs them all; results are in the kernel log and in
 * /sys/kernel/debug/kunit/SUITE/results.
 *
 * Every suite has systems of its own. /dev/budgetmem is neither needed nor
 * touched, and budgetmem.ko may be loaded or not.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "suites.h"

kunit_test_suites(&bm_lock_suite, &bm_race_suite, &bm_budget_suite,
		  &bm_extent_suite, &bm_parameters_suite, &bm_system_suite,
		  &bm_access_suite, &bm_client_suite, &bm_pool_suite,
		  &bm_quarantine_suite, &bm_events_suite, &bm_inspect_suite,
		  &bm_fdinfo_suite, &bm_mapping_suite, &bm_export_suite,
		  &bm_table_suite, &bm_resize_suite, &bm_detached_suite);

MODULE_DESCRIPTION("Tests of budgetmem");
MODULE_AUTHOR("The budgetmem authors");
MODULE_LICENSE("GPL");
