// SPDX-License-Identifier: MIT
/* why.c - shows what the things that people use today do not give */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "screen.h"
#include "why.h"

static const struct {
	const char *name;
	int (*show)(void);
} shows[] = {
	{ "mlockall", why_mlockall },
	{ "memfd", why_memfd },
	{ "cgroup", why_cgroup },
	{ "hugetlbfs", why_hugetlbfs },
	{ "static", why_static },
	{ "dmabuf", why_dmabuf },
};

#define SHOWS	(sizeof(shows) / sizeof(shows[0]))

static int usage(void)
{
	fputs("usage: why NAME\n\nNAME is one of:", stderr);
	for (size_t i = 0; i < SHOWS; i++)
		fprintf(stderr, " %s", shows[i].name);
	fputc('\n', stderr);
	return 2;
}

int main(int count, char **arguments)
{
	int err;

	screen_start();
	for (size_t i = 0; count == 2 && i < SHOWS; i++) {
		if (strcmp(arguments[1], shows[i].name))
			continue;
		err = shows[i].show();
		if (err)
			fprintf(stderr, "why %s: %s\n", shows[i].name,
				strerror(-err));
		return err ? 1 : 0;
	}
	return usage();
}
