// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameters. See parameters.h.
 *
 *	table	entry { "," entry }
 *	entry	name ":" size { ":" word "=" value }
 *	size	number [ "K" | "M" | "G" ]
 *	word	"uid" | "gid" | "mode" | "pools" | "clients" | "node"
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "budget.h"
#include "extent.h"
#include "parameters.h"

#define BM_POOL_LIMIT_DEFAULT	64
#define BM_CLIENT_LIMIT_DEFAULT	16
#define BM_MODE_DEFAULT		0600

int __init bm_reason_write(struct bm_reason *reason, int err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vscnprintf(reason->text, sizeof(reason->text), format, arguments);
	va_end(arguments);
	return err;
}

static bool bm_name_has(char c)
{
	return isascii(c) && (isalnum(c) || c == '_' || c == '-' || c == '.');
}

/* Whether @name is as the contract wants it, the zeros at its end included. */
bool bm_name_is_valid(const char name[BUDGETMEM_NAME_SIZE])
{
	size_t length = 0;

	while (length < BUDGETMEM_NAME_SIZE && bm_name_has(name[length]))
		length++;
	return length > 0 && length < BUDGETMEM_NAME_SIZE &&
	       !memchr_inv(name + length, 0, BUDGETMEM_NAME_SIZE - length) &&
	       /* They name directories in sysfs. */
	       strcmp(name, ".") && strcmp(name, "..");
}

static unsigned int __init bm_suffix_shift(char suffix)
{
	switch (toupper(suffix)) {
	case 'K':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	default:
		return 0;
	}
}

/* Nothing but digits: the kernel's parsers take a sign and a newline too. */
static bool __init bm_has_digits(const char *text, size_t length)
{
	return length && strspn(text, "0123456789") == length;
}

/**
 * bm_bytes_parse() - read "64", "64K", "64M", "64G"
 * @text: the whole text
 * @bytes: result
 *
 * Return: 0, -EINVAL if it is not of that form, -ERANGE if it does not fit.
 */
int __init bm_bytes_parse(const char *text, u64 *bytes)
{
	char digits[24];
	size_t length = strlen(text);
	unsigned int shift;
	u64 number;
	int err;

	if (!length)
		return -EINVAL;
	shift = bm_suffix_shift(text[length - 1]);
	if (!bm_has_digits(text, length - !!shift))
		return -EINVAL;
	if (length >= sizeof(digits))
		return -ERANGE;
	strscpy(digits, text, shift ? length : sizeof(digits));
	err = kstrtou64(digits, 10, &number);
	if (err)
		return err;
	if (number > U64_MAX >> shift)
		return -ERANGE;
	*bytes = number << shift;
	return 0;
}

static int __init bm_entry_name(struct budgetmem_budget_entry *entry, const char *text,
				struct bm_reason *reason)
{
	size_t length = strlen(text);

	if (!length)
		return bm_refuse(reason, -EINVAL, "budgets: a name is missing");
	if (length >= sizeof(entry->name))
		return bm_refuse(reason, -EINVAL,
				 "budgets: name \"%.40s\" is longer than %zu characters",
				 text, sizeof(entry->name) - 1);
	memcpy(entry->name, text, length);
	if (!bm_name_is_valid(entry->name))
		return bm_refuse(reason, -EINVAL,
				 "budgets: name \"%s\" may only have A-Z a-z 0-9 _ - . and not be . or ..",
				 text);
	return 0;
}

static int __init bm_entry_size(struct budgetmem_budget_entry *entry, const char *text,
				struct bm_reason *reason)
{
	u64 bytes;
	int err;

	if (!text)
		return bm_refuse(reason, -EINVAL,
				 "budgets: \"%s\" has no size; say %s:SIZE",
				 entry->name, entry->name);
	err = bm_bytes_parse(text, &bytes);
	if (err == -EINVAL)
		return bm_refuse(reason, err,
				 "budgets: size \"%.40s\" of \"%s\" is not a number with K, M or G",
				 text, entry->name);
	if (!err && !bytes)
		return bm_refuse(reason, -EINVAL,
				 "budgets: size \"%s\" of \"%s\" is zero",
				 text, entry->name);
	if (err || bm_round_up(bytes, PAGE_SIZE, &entry->size) ||
	    entry->size >> PAGE_SHIFT > BM_BUDGET_PAGES_MAX)
		return bm_refuse(reason, -EINVAL,
				 "budgets: size \"%.40s\" of \"%s\" is too large",
				 text, entry->name);
	if (entry->size != bytes)
		pr_info("budgets: size of \"%s\" rounded up from %llu to %llu bytes (whole pages)\n",
			entry->name, bytes, entry->size);
	return 0;
}

/**
 * struct bm_word - a word that may follow the size
 * @name: as it is written
 * @base: of its number
 * @form: what to say of a value that does not have it
 * @least: smallest value
 * @most: largest value
 * @offset: of its u32 in struct budgetmem_budget_entry
 */
struct bm_word {
	const char *name;
	unsigned int base;
	const char *form;
	u32 least;
	u32 most;
	size_t offset;
};

#define BM_FORM_NUMBER \
	"budgets: \"%s=%.40s\" of \"%s\" is not a number from %u to %u"
#define BM_FORM_MODE \
	"budgets: \"%s=%.40s\" of \"%s\" is not octal with bits of %#o to %#o"

#define BM_WORD(_name, _base, _form, _least, _most, _field) {		\
	.name = _name, .base = _base, .form = _form,			\
	.least = _least, .most = _most,					\
	.offset = offsetof(struct budgetmem_budget_entry, _field),		\
}

static const struct bm_word bm_words[] BM_INIT_DATA = {
	/* The largest 32-bit number is the one that names nobody. */
	BM_WORD("uid", 10, BM_FORM_NUMBER, 0, U32_MAX - 1, uid),
	BM_WORD("gid", 10, BM_FORM_NUMBER, 0, U32_MAX - 1, gid),
	BM_WORD("mode", 8, BM_FORM_MODE, 0, BM_MODE_MAX, mode),
	BM_WORD("pools", 10, BM_FORM_NUMBER, 1, BM_POOL_LIMIT_MAX, pool_limit),
	BM_WORD("clients", 10, BM_FORM_NUMBER, 1, BM_CLIENT_LIMIT_MAX, client_limit),
	BM_WORD("node", 10, BM_FORM_NUMBER, 0, MAX_NUMNODES - 1, node),
};

static bool __init bm_word_value(const struct bm_word *word, const char *text, u32 *value)
{
	return bm_has_digits(text, strlen(text)) &&
	       !kstrtou32(text, word->base, value) &&
	       *value >= word->least && *value <= word->most &&
	       /* 0666 is the limit, and x inside it means nothing. */
	       (word->base != 8 || !(*value & ~BM_MODE_MAX));
}

static int __init bm_entry_word(struct budgetmem_budget_entry *entry, char *text,
				unsigned long *seen, struct bm_reason *reason)
{
	char *name = strsep(&text, "=");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bm_words); i++) {
		const struct bm_word *word = &bm_words[i];

		if (strcmp(name, word->name))
			continue;
		if (__test_and_set_bit(i, seen))
			return bm_refuse(reason, -EINVAL,
					 "budgets: \"%s\" is given twice for \"%s\"",
					 name, entry->name);
		if (text && bm_word_value(word, text, (void *)entry + word->offset))
			return 0;
		return bm_reason_write(reason, -EINVAL, word->form, name, text ?: "",
				       entry->name, word->least, word->most);
	}
	return bm_refuse(reason, -EINVAL,
			 "budgets: unknown word \"%.40s\" for \"%s\"; known: uid gid mode pools clients node",
			 name, entry->name);
}

static int __init bm_entry_parse(struct budgetmem_budget_entry *entry, char *text,
				 struct bm_reason *reason)
{
	unsigned long seen = 0;
	char *word;
	int err;

	*entry = (struct budgetmem_budget_entry) {
		.mode = BM_MODE_DEFAULT,
		.pool_limit = BM_POOL_LIMIT_DEFAULT,
		.client_limit = BM_CLIENT_LIMIT_DEFAULT,
		.node = BUDGETMEM_NODE_ANY,
	};
	err = bm_entry_name(entry, strsep(&text, ":"), reason);
	if (!err)
		err = bm_entry_size(entry, strsep(&text, ":"), reason);
	while (!err && (word = strsep(&text, ":")))
		err = bm_entry_word(entry, word, &seen, reason);
	return err;
}

static int __init bm_table_add(struct bm_table *table, char *text,
			       struct bm_reason *reason)
{
	struct budgetmem_budget_entry *entry = &table->entry[table->entries];
	u32 i;
	int err = bm_entry_parse(entry, text, reason);

	if (err)
		return err;
	for (i = 0; i < table->entries; i++)
		if (!strcmp(table->entry[i].name, entry->name))
			return bm_refuse(reason, -EINVAL,
					 "budgets: the name \"%s\" is given twice",
					 entry->name);
	table->entries++;
	return 0;
}

static u32 __init bm_count_entries(const char *text)
{
	u32 entries = 1;

	while ((text = strchr(text, ','))) {
		entries++;
		text++;
	}
	return entries;
}

/**
 * bm_table_parse() - read a table of budgets
 * @text: as given at insmod
 * @table: filled on success, to be freed with bm_table_free()
 * @reason: filled on failure, names the word
 *
 * Context: process context, may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int __init bm_table_parse(const char *text, struct bm_table *table,
			  struct bm_reason *reason)
{
	u32 entries = bm_count_entries(text);
	char *copy, *rest, *entry;
	int err = 0;

	if (entries > BUDGETMEM_BUDGETS_MAX)
		return bm_refuse(reason, -EINVAL, "budgets: %u are more than %u",
				 entries, BUDGETMEM_BUDGETS_MAX);
	copy = kstrdup(text, GFP_KERNEL);
	rest = copy;
	table->entries = 0;
	table->entry = kvcalloc(entries, sizeof(*table->entry), GFP_KERNEL);
	if (!copy || !table->entry)
		err = bm_refuse(reason, -ENOMEM, "budgets: no memory to read the table");
	while (!err && (entry = strsep(&rest, ",")))
		err = bm_table_add(table, entry, reason);
	kfree(copy);
	if (err)
		bm_table_free(table);
	return err;
}

void bm_table_free(struct bm_table *table)
{
	kvfree(table->entry);
	table->entry = NULL;
	table->entries = 0;
}
