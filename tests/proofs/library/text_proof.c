// SPDX-License-Identifier: MIT
/*
 * How the keys of maps by text are compared and hashed: texts of any bytes, up to LENGTH
 * of them, which end where their memory does.
 */
#include <assert.h>

#include <budgetmem/string-map.h>

#include "proof.h"

static char one[LENGTH], other[LENGTH];

static size_t any_size(void)
{
	size_t size = nondet_uint();

	__CPROVER_assume(size <= LENGTH);
	return size;
}

void prove_text_same(void)
{
	size_t size = any_size();
	const char *a = one + LENGTH - size, *b = other + LENGTH - size;
	bool same = true;

	__CPROVER_havoc_object(one);
	__CPROVER_havoc_object(other);
	for (size_t i = 0; i < LENGTH && i < size; i++)
		same = same && a[i] == b[i];
	assert(bm_text_same_(a, b, size) == same);
	REACHED();
}

/* Nothing but the text is read; not asked is what becomes of it. */
void prove_text_hash(void)
{
	size_t size = any_size();
	struct bm_hash_key key;

	__CPROVER_havoc_object(one);
	__CPROVER_havoc_object(&key);
	bm_hash_short(&key, one + LENGTH - size, size);
	REACHED();
}
