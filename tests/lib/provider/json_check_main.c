// SPDX-License-Identifier: MIT
/*
 * json_check_main.c: says whether standard input is JSON
 */
#include "json_check.h"

#include <stdio.h>

int main(void)
{
	static char text[1 << 16];
	size_t length = fread(text, 1, sizeof(text) - 1, stdin);
	const char *wrong;

	text[length] = '\0';
	wrong = json_check(text);
	if (wrong)
		printf("not JSON from here on: %.60s\n", wrong);
	return wrong != NULL;
}
