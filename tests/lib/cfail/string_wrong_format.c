// SPDX-License-Identifier: MIT
// expect: format .%d. expects argument of type .int.
#include <budgetmem/budgetmem.h>

BM_STRING(text, 10)

int append(struct text *s, int number, double wrong);
int append(struct text *s, int number, double wrong)
{
#ifdef TWIN
	(void)wrong;
	return text_append_format(s, "%d", number);
#else
	(void)number;
	return text_append_format(s, "%d", wrong);
#endif
}
