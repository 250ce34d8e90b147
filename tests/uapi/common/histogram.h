/* SPDX-License-Identifier: MIT */
/*
 * histogram - who in the kernel takes memory, as its own trace events say
 *
 * While it runs, the kernel adds up each event that says that pages or an object
 * were taken from an allocator, by the stack of functions that led there, whatever
 * process or thread of the kernel it was. Nothing is lost: what did not fit in is
 * counted. The only allocators that leave no event are those that hand out many at
 * once.
 *
 * There is one at a time, for the whole machine. It needs root.
 */
#ifndef BUDGETMEM_TESTS_HISTOGRAM_H
#define BUDGETMEM_TESTS_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* Of a stack that is longer, the innermost frames are kept. */
#define HISTOGRAM_FRAMES	16
#define HISTOGRAM_FRAME_SIZE	96

/* What led to memory being taken, and how often. */
struct histogram_entry {
	const char *event;
	bool pages;		/* else an object */
	unsigned int order;	/* of the pages, a logarithm */
	long long hits;
	unsigned int frames;
	char frame[HISTOGRAM_FRAMES][HISTOGRAM_FRAME_SIZE]; /* innermost first */
};

/* Begin: 0, -ENOENT if this kernel cannot, or -errno. */
int histogram_start(void);

/* Keep what there is, and add nothing more: 0 or -errno. */
int histogram_stop(void);

/* See every entry of one that was stopped: how many hits have no entry, or -errno. */
long long histogram_read(void (*see)(const struct histogram_entry *entry, void *data),
			 void *data);

/* Forget it. Harmless if there is none. */
void histogram_end(void);

#endif /* BUDGETMEM_TESTS_HISTOGRAM_H */
