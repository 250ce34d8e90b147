// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameters: what a table says, and what is said of a bad one. Each
 * refused text breaks one rule.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../module/extent.h"
#include "../../module/parameters.h"
#include "shortage.h"
#include "suites.h"

#define NAME_31	"abcdefghijklmnopqrstuvwxyz-_.19"
#define NAME_40	"abcdefghijklmnopqrstuvwxyzabcdefghijklmn"

struct name_case {
	const char *what;
	const char name[BUDGETMEM_NAME_SIZE];
	bool valid;
};

static const struct name_case name_cases[] = {
	{ "one letter", "a", true },
	{ "all kinds of characters", "Az_-.09", true },
	{ "31 characters", NAME_31, true },
	{ "nothing", "", false },
	{ "no zero at the end",
	  { [0 ... BUDGETMEM_NAME_SIZE - 1] = 'a' }, false },
	{ "something behind the zero",
	  { [0] = 'a', [2] = 'b' }, false },
	{ "something in the last byte",
	  { [0] = 'a', [BUDGETMEM_NAME_SIZE - 1] = 'b' }, false },
	{ "zero first", { [1] = 'a' }, false },
	{ "space", "a b", false },
	{ "slash, before 0", "a/b", false },
	{ "newline", "a\n", false },
	{ "delete", "a\x7f", false },
	{ "beyond ASCII", "a\xe4", false },
	{ "before A", "a@", false },
	{ "behind Z", "a[", false },
	{ "before a", "a`", false },
	{ "behind z", "a{", false },
	{ "behind 9", "a:", false },
	{ "the directory itself", ".", false },
	{ "the directory above", "..", false },
	{ "dots that are neither", "...", true },
};

static void name_describe(const struct name_case *name, char *text)
{
	strscpy(text, name->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(name, name_cases, name_describe);

static void test_name_is_valid(struct kunit *test)
{
	const struct name_case *param = test->param_value;

	KUNIT_EXPECT_EQ(test, bm_name_is_valid(param->name), param->valid);
}

struct bytes_case {
	const char *text;
	u64 bytes;
	int err;
};

static const struct bytes_case bytes_cases[] = {
	{ "0", 0, 0 },
	{ "1", 1, 0 },
	{ "007", 7, 0 },
	{ "64K", 64ULL << 10, 0 },
	{ "64k", 64ULL << 10, 0 },
	{ "64M", 64ULL << 20, 0 },
	{ "64m", 64ULL << 20, 0 },
	{ "64G", 64ULL << 30, 0 },
	{ "64g", 64ULL << 30, 0 },
	{ "0G", 0, 0 },
	{ "18446744073709551615", U64_MAX, 0 },
	{ "18014398509481983K", U64_MAX & ~0x3ffULL, 0 },
	{ "17592186044415M", U64_MAX & ~0xfffffULL, 0 },
	{ "17179869183G", U64_MAX & ~0x3fffffffULL, 0 },
	{ "18446744073709551616", 0, -ERANGE },
	{ "18014398509481984K", 0, -ERANGE },
	{ "17592186044416M", 0, -ERANGE },
	{ "17179869184G", 0, -ERANGE },
	{ "18446744073709551615K", 0, -ERANGE },
	{ "99999999999999999999999999999999", 0, -ERANGE },
	{ "", 0, -EINVAL },
	{ "K", 0, -EINVAL },
	{ "-1", 0, -EINVAL },
	{ "+1", 0, -EINVAL },
	{ " 1", 0, -EINVAL },
	{ "1 ", 0, -EINVAL },
	{ "1KK", 0, -EINVAL },
	{ "1KB", 0, -EINVAL },
	{ "1T", 0, -EINVAL },
	{ "1.5M", 0, -EINVAL },
	{ "0x10", 0, -EINVAL },
	{ "1K1", 0, -EINVAL },
	{ "4K\n", 0, -EINVAL },
	{ "4096\n", 0, -EINVAL },
	{ "many", 0, -EINVAL },
};

static void bytes_describe(const struct bytes_case *bytes, char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "\"%*pE\"",
		 (int)strlen(bytes->text), bytes->text);
}

KUNIT_ARRAY_PARAM(bytes, bytes_cases, bytes_describe);

static void test_bytes_parse(struct kunit *test)
{
	const struct bytes_case *param = test->param_value;
	const u64 untouched = 0x5a5a;
	u64 bytes = untouched;

	KUNIT_EXPECT_EQ(test, bm_bytes_parse(param->text, &bytes), param->err);
	KUNIT_EXPECT_EQ(test, bytes, param->err ? untouched : param->bytes);
}

/* Sizes are told in pages here, since a page is not the same everywhere. */
struct table_case {
	const char *text;
	u32 entries;
	struct budgetmem_budget_entry last;
};

#define ENTRY(_name, _bytes, _uid, _gid, _mode, _pools, _clients) {	\
	.name = _name, .size = _bytes, .uid = _uid, .gid = _gid,	\
	.mode = _mode, .pool_limit = _pools, .client_limit = _clients,	\
	.node = BUDGETMEM_NODE_ANY,					\
}

static const struct table_case table_cases[] = {
	{ "default:4M", 1, ENTRY("default", 4 << 20, 0, 0, 0600, 64, 16) },
	{ "a:1", 1, ENTRY("a", PAGE_SIZE, 0, 0, 0600, 64, 16) },
	{ NAME_31 ":1", 1, ENTRY(NAME_31, PAGE_SIZE, 0, 0, 0600, 64, 16) },
	{ "a:1M:uid=5", 1, ENTRY("a", 1 << 20, 5, 0, 0600, 64, 16) },
	{ "a:1M:gid=6", 1, ENTRY("a", 1 << 20, 0, 6, 0600, 64, 16) },
	{ "a:1M:mode=0642", 1, ENTRY("a", 1 << 20, 0, 0, 0642, 64, 16) },
	{ "a:1M:mode=642", 1, ENTRY("a", 1 << 20, 0, 0, 0642, 64, 16) },
	{ "a:1M:pools=7", 1, ENTRY("a", 1 << 20, 0, 0, 0600, 7, 16) },
	{ "a:1M:clients=8", 1, ENTRY("a", 1 << 20, 0, 0, 0600, 64, 8) },
	{ "a:1M:uid=0:gid=0:mode=0:pools=1:clients=1", 1,
	  ENTRY("a", 1 << 20, 0, 0, 0, 1, 1) },
	{ "a:1M:clients=65536:pools=131072:mode=0666:gid=4294967294:uid=4294967294",
	  1, ENTRY("a", 1 << 20, 4294967294u, 4294967294u, 0666, 131072, 65536) },
	{ "words:2M,ui:512K:uid=1000:mode=0660:pools=8", 2,
	  ENTRY("ui", 512 << 10, 1000, 0, 0660, 8, 16) },
	/* Words are those of one entry alone. */
	{ "a:1M:uid=1,b:1M:uid=2,c:1M", 3, ENTRY("c", 1 << 20, 0, 0, 0600, 64, 16) },
	{ "a:1M,A:1M", 2, ENTRY("A", 1 << 20, 0, 0, 0600, 64, 16) },
	{ "ab:1M,a:1M", 2, ENTRY("a", 1 << 20, 0, 0, 0600, 64, 16) },
};

static void table_describe(const struct table_case *table, char *text)
{
	strscpy(text, table->text, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(table, table_cases, table_describe);

static void expect_entry(struct kunit *test, const struct budgetmem_budget_entry *entry,
			 const struct budgetmem_budget_entry *expected)
{
	KUNIT_EXPECT_EQ(test, memcmp(entry->name, expected->name,
				     sizeof(entry->name)), 0);
	KUNIT_EXPECT_EQ(test, entry->size, ALIGN(expected->size, PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, entry->uid, expected->uid);
	KUNIT_EXPECT_EQ(test, entry->gid, expected->gid);
	KUNIT_EXPECT_EQ(test, entry->mode, expected->mode);
	KUNIT_EXPECT_EQ(test, entry->pool_limit, expected->pool_limit);
	KUNIT_EXPECT_EQ(test, entry->client_limit, expected->client_limit);
	KUNIT_EXPECT_EQ(test, entry->node, expected->node);
}

static void test_table_is_read(struct kunit *test)
{
	const struct table_case *param = test->param_value;
	struct bm_reason reason = { "" };
	struct bm_table table;

	KUNIT_ASSERT_EQ_MSG(test, bm_table_parse(param->text, &table, &reason), 0,
			    "%s", reason.text);
	KUNIT_EXPECT_EQ(test, table.entries, param->entries);
	if (table.entries == param->entries)
		expect_entry(test, &table.entry[table.entries - 1], &param->last);
	bm_table_free(&table);
	KUNIT_EXPECT_NULL(test, table.entry);
	KUNIT_EXPECT_EQ(test, table.entries, 0U);
}

static void test_table_is_read_in_order(struct kunit *test)
{
	struct bm_reason reason = { "" };
	struct bm_table table;

	KUNIT_ASSERT_EQ(test, 0, bm_table_parse("b:1M:uid=1,a:2M:uid=2,c:3M:uid=3",
						&table, &reason));
	KUNIT_EXPECT_EQ(test, table.entries, 3U);
	KUNIT_EXPECT_STREQ(test, table.entry[0].name, "b");
	KUNIT_EXPECT_EQ(test, table.entry[0].uid, 1U);
	KUNIT_EXPECT_STREQ(test, table.entry[1].name, "a");
	KUNIT_EXPECT_EQ(test, table.entry[1].size, 2ULL << 20);
	KUNIT_EXPECT_STREQ(test, table.entry[2].name, "c");
	bm_table_free(&table);
}

struct refused_case {
	const char *text;
	const char *reason;
};

#define NO_NUMBER(word, value, least, most) \
	"budgets: \"" word "=" value "\" of \"a\" is not a number from " \
	least " to " most
#define NO_ID(word, value)	NO_NUMBER(word, value, "0", "4294967294")
#define NO_POOLS(value)		NO_NUMBER("pools", value, "1", "131072")
#define NO_CLIENTS(value)	NO_NUMBER("clients", value, "1", "65536")
#define NO_MODE(value) \
	"budgets: \"mode=" value "\" of \"a\" is not octal with bits of 0 to 0666"
#define NO_SIZE(value) \
	"budgets: size \"" value "\" of \"a\" is not a number with K, M or G"
#define LARGE_SIZE(value) \
	"budgets: size \"" value "\" of \"a\" is too large"
#define BAD_NAME(name) \
	"budgets: name \"" name "\" may only have A-Z a-z 0-9 _ - . and not be . or .."
#define LONG_NAME(name) \
	"budgets: name \"" name "\" is longer than 31 characters"
#define UNKNOWN(word) \
	"budgets: unknown word \"" word "\" for \"a\"; known: uid gid mode pools clients node"
#define NO_NAME		"budgets: a name is missing"

static const struct refused_case refused_cases[] = {
	/* names */
	{ "", NO_NAME },
	{ ":1M", NO_NAME },
	{ ",a:1M", NO_NAME },
	{ "a:1M,", NO_NAME },
	{ "a:1M,,b:1M", NO_NAME },
	{ "abcdefghijklmnopqrstuvwxyzabcdef:1M",
	  LONG_NAME("abcdefghijklmnopqrstuvwxyzabcdef") },
	{ NAME_40 "opq:1M", LONG_NAME(NAME_40) },
	{ "a b:1M", BAD_NAME("a b") },
	{ " a:1M", BAD_NAME(" a") },
	{ "a/b:1M", BAD_NAME("a/b") },
	{ "..:1M", BAD_NAME("..") },
	{ "\xe4:1M", BAD_NAME("\xe4") },
	{ "a:1M,a:1M", "budgets: the name \"a\" is given twice" },
	{ "a:1M,b:1M,a:2M", "budgets: the name \"a\" is given twice" },
	/* sizes */
	{ "a", "budgets: \"a\" has no size; say a:SIZE" },
	{ "b:1M,a", "budgets: \"a\" has no size; say a:SIZE" },
	{ "a:", NO_SIZE("") },
	{ "a:many", NO_SIZE("many") },
	{ "a:-1", NO_SIZE("-1") },
	{ "a:1T", NO_SIZE("1T") },
	{ "a:1KB", NO_SIZE("1KB") },
	{ "a:uid=1", NO_SIZE("uid=1") },
	{ "a:0", "budgets: size \"0\" of \"a\" is zero" },
	{ "a:0M", "budgets: size \"0M\" of \"a\" is zero" },
	{ "a:18446744073709551616", LARGE_SIZE("18446744073709551616") },
	{ "a:17179869184G", LARGE_SIZE("17179869184G") },
	{ "a:18446744073709551615", LARGE_SIZE("18446744073709551615") },
	/* words */
	{ "a:1M:size=1", UNKNOWN("size") },
	{ "a:1M:", UNKNOWN("") },
	{ "a:1M::uid=1", UNKNOWN("") },
	{ "a:1M:UID=1", UNKNOWN("UID") },
	{ "a:1M:uid =1", UNKNOWN("uid ") },
	{ "a:1M:ui=1", UNKNOWN("ui") },
	{ "a:1M:uids=1", UNKNOWN("uids") },
	{ "a:1M:" NAME_40 "o=1", UNKNOWN(NAME_40) },
	{ "a:1M:uid=1:uid=1", "budgets: \"uid\" is given twice for \"a\"" },
	{ "a:1M:clients=1:mode=0:clients=2",
	  "budgets: \"clients\" is given twice for \"a\"" },
	/* values */
	{ "a:1M:uid", NO_ID("uid", "") },
	{ "a:1M:uid=", NO_ID("uid", "") },
	{ "a:1M:uid=root", NO_ID("uid", "root") },
	{ "a:1M:uid=-1", NO_ID("uid", "-1") },
	{ "a:1M:uid=+1", NO_ID("uid", "+1") },
	{ "a:1M:uid=0x1", NO_ID("uid", "0x1") },
	{ "a:1M:uid=1=1", NO_ID("uid", "1=1") },
	{ "a:1M:uid=1\n", NO_ID("uid", "1\n") },
	{ "a:1M:uid= 1", NO_ID("uid", " 1") },
	{ "a:1M:mode=+6", NO_MODE("+6") },
	{ "a:1M:uid=4294967295", NO_ID("uid", "4294967295") },
	{ "a:1M:uid=4294967296", NO_ID("uid", "4294967296") },
	{ "a:1M:gid=4294967295", NO_ID("gid", "4294967295") },
	{ "a:1M:gid=staff", NO_ID("gid", "staff") },
	{ "a:1M:mode=8", NO_MODE("8") },
	{ "a:1M:mode=rw", NO_MODE("rw") },
	{ "a:1M:mode=0700", NO_MODE("0700") },
	{ "a:1M:mode=0667", NO_MODE("0667") },
	{ "a:1M:mode=0001", NO_MODE("0001") },
	{ "a:1M:mode=0010", NO_MODE("0010") },
	{ "a:1M:mode=0100", NO_MODE("0100") },
	{ "a:1M:mode=01000", NO_MODE("01000") },
	{ "a:1M:mode=", NO_MODE("") },
	{ "a:1M:pools=0", NO_POOLS("0") },
	{ "a:1M:pools=131073", NO_POOLS("131073") },
	{ "a:1M:pools=4294967297", NO_POOLS("4294967297") },
	{ "a:1M:pools=1K", NO_POOLS("1K") },
	{ "a:1M:clients=0", NO_CLIENTS("0") },
	{ "a:1M:clients=65537", NO_CLIENTS("65537") },
	{ "a:1M:clients=-1", NO_CLIENTS("-1") },
	/* the first mistake is the one that is told */
	{ "a:0:uid=x", "budgets: size \"0\" of \"a\" is zero" },
	{ "a:1M:uid=x,a:0", NO_ID("uid", "x") },
};

static void refused_describe(const struct refused_case *refused, char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "\"%*pE\"",
		 (int)strlen(refused->text), refused->text);
}

KUNIT_ARRAY_PARAM(refused, refused_cases, refused_describe);

static void test_table_is_refused(struct kunit *test)
{
	const struct refused_case *param = test->param_value;
	struct bm_reason reason = { "" };
	struct bm_table table;
	int err = bm_table_parse(param->text, &table, &reason);

	KUNIT_EXPECT_EQ(test, err, -EINVAL);
	KUNIT_EXPECT_STREQ(test, reason.text, param->reason);
	if (err) {
		KUNIT_EXPECT_NULL(test, table.entry);
		KUNIT_EXPECT_EQ(test, table.entries, 0U);
	} else {
		bm_table_free(&table);
	}
}

/* The records of all pages must fit into one allocation. */
static void test_size_of_too_many_pages(struct kunit *test)
{
	const u64 most = INT_MAX / sizeof(struct bm_extent);
	struct bm_reason reason = { "" };
	struct bm_table table;
	char text[40], expected[80];

	snprintf(text, sizeof(text), "a:%llu", (most << PAGE_SHIFT) + 1);
	snprintf(expected, sizeof(expected), LARGE_SIZE("%llu"),
		 (most << PAGE_SHIFT) + 1);
	KUNIT_EXPECT_EQ(test, bm_table_parse(text, &table, &reason), -EINVAL);
	KUNIT_EXPECT_STREQ(test, reason.text, expected);

	snprintf(text, sizeof(text), "a:%llu", most << PAGE_SHIFT);
	KUNIT_ASSERT_EQ(test, bm_table_parse(text, &table, &reason), 0);
	KUNIT_EXPECT_EQ(test, table.entry[0].size, most << PAGE_SHIFT);
	bm_table_free(&table);
}

static void test_sizes_are_whole_pages(struct kunit *test)
{
	struct bm_reason reason = { "" };
	struct bm_table table;
	char text[80];

	snprintf(text, sizeof(text), "a:%lu,b:%lu,c:%lu", PAGE_SIZE - 1, PAGE_SIZE,
		 PAGE_SIZE + 1);
	KUNIT_ASSERT_EQ(test, bm_table_parse(text, &table, &reason), 0);
	KUNIT_EXPECT_EQ(test, table.entry[0].size, (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, table.entry[1].size, (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, table.entry[2].size, 2 * (u64)PAGE_SIZE);
	bm_table_free(&table);
}

static void test_table_in_a_shortage(struct kunit *test)
{
	unsigned int nth = 1, refused = 0;
	bool came = true;

	BM_SKIP_WITHOUT_SHORTAGE(test);
	for (; came; nth++) {
		struct bm_reason reason = { "" };
		struct bm_table table;
		int err;

		bm_shortage_begin(nth);
		err = bm_table_parse("a:1M,b:1M", &table, &reason);
		came = bm_shortage_end();
		/* The kernel's own checkers allocate too, and can do without. */
		if (!err) {
			bm_table_free(&table);
			continue;
		}
		refused++;
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_STREQ(test, reason.text,
				   "budgets: no memory to read the table");
		KUNIT_EXPECT_NULL(test, table.entry);
	}
	KUNIT_EXPECT_GE(test, refused, 1U);
}

/* A reason that is too long is cut off, and ends. */
static void test_reason_is_bounded(struct kunit *test)
{
	struct bm_reason reason;

	memset(&reason, 'x', sizeof(reason));
	KUNIT_EXPECT_EQ(test, bm_reason_write(&reason, -EBUSY, "%0300d", 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, strnlen(reason.text, sizeof(reason.text)),
			sizeof(reason.text) - 1);
}

static struct kunit_case bm_parameters_cases[] = {
	KUNIT_CASE_PARAM(test_name_is_valid, name_gen_params),
	KUNIT_CASE_PARAM(test_bytes_parse, bytes_gen_params),
	KUNIT_CASE_PARAM(test_table_is_read, table_gen_params),
	KUNIT_CASE(test_table_is_read_in_order),
	KUNIT_CASE_PARAM(test_table_is_refused, refused_gen_params),
	KUNIT_CASE(test_size_of_too_many_pages),
	KUNIT_CASE(test_sizes_are_whole_pages),
	KUNIT_CASE(test_table_in_a_shortage),
	KUNIT_CASE(test_reason_is_bounded),
	{}
};

struct kunit_suite bm_parameters_suite = {
	.name = "budgetmem_parameters",
	.test_cases = bm_parameters_cases,
};
