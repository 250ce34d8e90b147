// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

BM_BITSET(channels, 64)
BM_BITSET(others, 65)

int keep_common(struct channels *b, const struct channels *c, const struct others *o);
int keep_common(struct channels *b, const struct channels *c, const struct others *o)
{
#ifdef TWIN
	(void)o;
	return channels_and(b, c);
#else
	(void)c;
	return channels_and(b, o);
#endif
}
