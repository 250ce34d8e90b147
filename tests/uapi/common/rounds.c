// SPDX-License-Identifier: MIT
/*
 * rounds - how often to repeat what only repetition can show
 */
#include <stdlib.h>

#include "rounds.h"

static unsigned int rounds_percent(void)
{
	const char *percent = getenv("ROUNDS_PERCENT");

	return percent ? strtoul(percent, NULL, 10) : 100;
}

unsigned int rounds(unsigned int usual)
{
	unsigned int share = usual * rounds_percent() / 100;

	return share ? share : 1;
}

bool rounds_are_few(void)
{
	return rounds_percent() < 100;
}
