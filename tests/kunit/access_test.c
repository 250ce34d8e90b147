// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access: owner and mode of a budget are read like those of a file (G7).
 */
#include <kunit/test.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "../../module/access.h"
#include "../../module/system.h"
#include "suites.h"

#define OWNER	1000
#define GROUP	2000

/**
 * struct class_case - a caller, and the octal digit of the mode that is his
 * @name: of the class
 * @uid: caller's
 * @gid: caller's
 * @member: has GROUP among his supplementary groups
 * @shift: of the digit
 */
struct class_case {
	const char *name;
	u32 uid;
	u32 gid;
	bool member;
	int shift;
};

static const struct class_case class_cases[] = {
	{ "owner", OWNER, 1, false, 6 },
	{ "owner in the group", OWNER, GROUP, false, 6 },
	{ "owner and member", OWNER, 1, true, 6 },
	{ "group", 1, GROUP, false, 3 },
	{ "member", 1, 1, true, 3 },
	{ "group and member", 1, GROUP, true, 3 },
	{ "other", 1, 1, false, 0 },
	{ "root without capability", 0, 0, false, 0 },
	{ "uid like the group", GROUP, 1, false, 0 },
	{ "gid like the owner", 1, OWNER, false, 0 },
};

static void class_describe(const struct class_case *class, char *text)
{
	strscpy(text, class->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(class, class_cases, class_describe);

static struct group_info *groups_with(struct kunit *test, bool member)
{
	struct group_info *groups = groups_alloc(3);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, groups);
	groups->gid[0] = KGIDT_INIT(GROUP - 1);
	groups->gid[1] = KGIDT_INIT(member ? GROUP : GROUP + 1);
	groups->gid[2] = KGIDT_INIT(GROUP + 2);
	return groups;
}

/**
 * struct bm_opener - who has opened a file; test->priv
 * @file: that he has opened
 * @cred: his, without capabilities
 */
struct bm_opener {
	struct file file;
	struct cred *cred;
};

static int bm_opener_init(struct kunit *test)
{
	struct bm_opener *opener;

	opener = kunit_kzalloc(test, sizeof(*opener), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, opener);
	opener->cred = prepare_creds();
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, opener->cred);
	opener->file.f_cred = opener->cred;
	cap_clear(opener->cred->cap_effective);
	test->priv = opener;
	return 0;
}

static void bm_opener_exit(struct kunit *test)
{
	struct bm_opener *opener = test->priv;

	if (opener)
		abort_creds(opener->cred);
}

/* Only the ids for access to files count. */
static void open_as(struct kunit *test, const struct class_case *class)
{
	struct group_info *groups = groups_with(test, class->member);
	struct bm_opener *opener = test->priv;
	struct cred *cred = opener->cred;

	cred->uid = KUIDT_INIT(OWNER);
	cred->euid = KUIDT_INIT(OWNER);
	cred->gid = KGIDT_INIT(GROUP);
	cred->egid = KGIDT_INIT(GROUP);
	cred->fsuid = KUIDT_INIT(class->uid);
	cred->fsgid = KGIDT_INIT(class->gid);
	set_groups(cred, groups);
	put_group_info(groups);
}

static bool may(struct kunit *test, umode_t mode, umode_t what)
{
	struct bm_opener *opener = test->priv;
	const struct bm_budget budget = {
		.uid = KUIDT_INIT(OWNER),
		.gid = KGIDT_INIT(GROUP),
		.mode = mode,
	};

	return bm_access(&budget, &opener->file, what);
}

/* One bit of the mode at a time: it lets in one class, and to one thing. */
static void test_each_bit_is_for_one_class(struct kunit *test)
{
	const struct class_case *param = test->param_value;
	int shift;

	open_as(test, param);
	for (shift = 0; shift <= 6; shift += 3) {
		bool is = shift == param->shift;

		KUNIT_EXPECT_EQ(test, may(test, 04 << shift, BM_MAY_SEE), is);
		KUNIT_EXPECT_FALSE(test, may(test, 04 << shift, BM_MAY_BIND));
		KUNIT_EXPECT_EQ(test, may(test, 02 << shift, BM_MAY_BIND), is);
		KUNIT_EXPECT_FALSE(test, may(test, 02 << shift, BM_MAY_SEE));
	}
}

/* The class is chosen once: what others may does not help the owner. */
static void test_all_other_bits_do_not_help(struct kunit *test)
{
	const struct class_case *param = test->param_value;
	umode_t mode = 0666 & ~(06 << param->shift);

	open_as(test, param);
	KUNIT_EXPECT_FALSE(test, may(test, mode, BM_MAY_SEE));
	KUNIT_EXPECT_FALSE(test, may(test, mode, BM_MAY_BIND));
	KUNIT_EXPECT_TRUE(test, may(test, 0666, BM_MAY_SEE));
	KUNIT_EXPECT_TRUE(test, may(test, 0666, BM_MAY_BIND));
	KUNIT_EXPECT_FALSE(test, may(test, 0, BM_MAY_SEE));
	KUNIT_EXPECT_FALSE(test, may(test, 0, BM_MAY_BIND));
}

static void test_administrator_passes(struct kunit *test)
{
	const struct class_case *param = test->param_value;
	struct bm_opener *opener = test->priv;

	open_as(test, param);
	cap_raise(opener->cred->cap_effective, CAP_SYS_ADMIN);
	KUNIT_EXPECT_TRUE(test, may(test, 0, BM_MAY_SEE));
	KUNIT_EXPECT_TRUE(test, may(test, 0, BM_MAY_BIND));
}

/* No other capability helps, those about files included. */
static void test_other_capabilities_do_not_help(struct kunit *test)
{
	const struct class_case *param = test->param_value;
	struct bm_opener *opener = test->priv;

	open_as(test, param);
	cap_raise(opener->cred->cap_effective, CAP_DAC_OVERRIDE);
	cap_raise(opener->cred->cap_effective, CAP_DAC_READ_SEARCH);
	cap_raise(opener->cred->cap_effective, CAP_FOWNER);
	cap_raise(opener->cred->cap_effective, CAP_SYS_RESOURCE);
	KUNIT_EXPECT_FALSE(test, may(test, 0, BM_MAY_SEE));
	KUNIT_EXPECT_FALSE(test, may(test, 0, BM_MAY_BIND));
}

/* The first, the last and any supplementary group between them count alike. */
static void test_every_supplementary_group_counts(struct kunit *test)
{
	static const struct class_case other = { "", 1, 1, false, 0 };
	struct bm_budget budget = { .uid = KUIDT_INIT(OWNER), .mode = 0060 };
	struct bm_opener *opener = test->priv;
	int i;

	open_as(test, &other);
	for (i = -2; i <= 3; i++) {
		bool is = i == -1 || i == 1 || i == 2;

		budget.gid = KGIDT_INIT(GROUP + i);
		KUNIT_EXPECT_EQ_MSG(test, bm_access(&budget, &opener->file,
						    BM_MAY_BIND),
				    is, "group %d", GROUP + i);
	}
}

static struct kunit_case bm_access_cases[] = {
	KUNIT_CASE_PARAM(test_each_bit_is_for_one_class, class_gen_params),
	KUNIT_CASE_PARAM(test_all_other_bits_do_not_help, class_gen_params),
	KUNIT_CASE_PARAM(test_administrator_passes, class_gen_params),
	KUNIT_CASE_PARAM(test_other_capabilities_do_not_help, class_gen_params),
	KUNIT_CASE(test_every_supplementary_group_counts),
	{}
};

struct kunit_suite bm_access_suite = {
	.name = "budgetmem_access",
	.init = bm_opener_init,
	.exit = bm_opener_exit,
	.test_cases = bm_access_cases,
};
