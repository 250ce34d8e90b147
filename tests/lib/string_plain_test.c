// SPDX-License-Identifier: MIT
/*
 * string_plain_test.c: strings on a processor that has no vectors of 32 bytes
 *
 * The same cases, with the string compiled in: what it does with such vectors otherwise
 * is decided when the program runs.
 */
#define BM_NO_RUN_TIME_CHOICE
#include "string_test.c"

#include "../../userspace/lib/string.c"
