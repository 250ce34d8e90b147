/* SPDX-License-Identifier: MIT */
/*
 * In the place of vsnprintf(): it writes any bytes where it may, as many as it says it
 * needs or up to the last, a closing zero, and returns any number.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_PRINT_H
#define BUDGETMEM_PROOFS_LIBRARY_PRINT_H

#include <errno.h>
#include <stdarg.h>

#include "proof.h"

static struct {
	int needed;
	int errno_before;
	bool is_illegal;
	uint32_t calls;
} printed;

static char printed_text[CONTENTS];

int nondet_int(void);

static int print_anything(char *text, size_t size)
{
	assert(size >= 1 && size <= CONTENTS);
	__CPROVER_havoc_object(printed_text);
	printed.needed = nondet_int();
	printed.is_illegal = nondet_bool();
	printed.calls++;
	errno = printed.is_illegal ? EILSEQ : EOVERFLOW;
	for (uint32_t i = 0; i < CONTENTS; i++)
		if (i < size && (printed.needed < 0 || i < (uint32_t)printed.needed))
			text[i] = i + 1 < size ? printed_text[i] : 0;
	if (printed.needed >= 0 && (size_t)printed.needed < size)
		text[printed.needed] = 0;
	return printed.needed;
}

#define vsnprintf(text, size, format, arguments)	\
	((void)(format), (void)(arguments), print_anything(text, size))

#endif
