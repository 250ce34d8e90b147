/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All suites. The ones about locks and threads run first: a report of KASAN turns
 * lockdep off.
 */
#ifndef BUDGETMEM_KUNIT_SUITES_H
#define BUDGETMEM_KUNIT_SUITES_H

struct kunit_suite;

extern struct kunit_suite bm_lock_suite;
extern struct kunit_suite bm_race_suite;
extern struct kunit_suite bm_budget_suite;
extern struct kunit_suite bm_extent_suite;
extern struct kunit_suite bm_parameters_suite;
extern struct kunit_suite bm_system_suite;
extern struct kunit_suite bm_access_suite;
extern struct kunit_suite bm_client_suite;
extern struct kunit_suite bm_pool_suite;
extern struct kunit_suite bm_quarantine_suite;
extern struct kunit_suite bm_events_suite;
extern struct kunit_suite bm_inspect_suite;
extern struct kunit_suite bm_fdinfo_suite;
extern struct kunit_suite bm_mapping_suite;
extern struct kunit_suite bm_export_suite;
extern struct kunit_suite bm_table_suite;
extern struct kunit_suite bm_resize_suite;
extern struct kunit_suite bm_detached_suite;

#endif
