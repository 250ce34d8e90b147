// SPDX-License-Identifier: MIT
/*
 * histogram - who in the kernel takes memory, as its own trace events say
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "histogram.h"
#include "tracing.h"

#define EVENTS	TRACING "/events/"
#define KEYS	"hist:keys=stacktrace"
#define SIZE	":size=4096"

/* Kernels differ in which of them there are; the first two there always are. */
static const struct {
	const char *name;
	bool pages;
} events[] = {
	{ "kmem/mm_page_alloc", true },
	{ "kmem/kmalloc", false },
	{ "kmem/kmalloc_node", false },
	{ "kmem/kmem_cache_alloc", false },
	{ "kmem/kmem_cache_alloc_node", false },
	{ "percpu/percpu_alloc_percpu", false },
};

#define EVENT_COUNT	(sizeof(events) / sizeof(events[0]))

static char *path_of(char path[128], size_t event, const char *file)
{
	snprintf(path, 128, EVENTS "%s/%s", events[event].name, file);
	return path;
}

static bool event_exists(size_t event)
{
	char path[128];

	return !access(path_of(path, event, "hist"), R_OK);
}

/* Say the same to every event that there is: 0 or -errno. */
static int tell_all(const char *before, const char *after)
{
	char path[128];
	char text[128];
	size_t event;
	int error = 0;

	for (event = 0; event < EVENT_COUNT && !error; event++) {
		if (!event_exists(event))
			continue;
		snprintf(text, sizeof(text), "%s%s%s%s\n", before, KEYS,
			 events[event].pages ? ",order" : "", after);
		error = file_write(path_of(path, event, "trigger"), text);
	}
	return error;
}

/* What the histograms themselves took is not wanted in them. */
int histogram_start(void)
{
	int error = file_mount("tracefs", TRACING);

	if (error == -ENODEV || (!error && (!event_exists(0) || !event_exists(1))))
		return -ENOENT;
	if (!error)
		error = tell_all("", SIZE);
	return error ? error : tell_all("", ":clear");
}

int histogram_stop(void)
{
	return tell_all("", ":pause");
}

void histogram_end(void)
{
	tell_all("!", "");
}

static long long number_after(const char *line, const char *key)
{
	const char *found = strstr(line, key);

	return found ? strtoll(found + strlen(key), NULL, 10) : 0;
}


/* "         function+0x1/0x2 [module]", after "{ stacktrace:" */
static void entry_add_frame(struct histogram_entry *entry, const char *line)
{
	line += strspn(line, " ");
	if (entry->frames < HISTOGRAM_FRAMES)
		snprintf(entry->frame[entry->frames++], HISTOGRAM_FRAME_SIZE,
			 "%.*s", (int)strcspn(line, "\n"), line);
}

/* ", order:   0} hitcount:    1" */
static void entry_end(struct histogram_entry *entry, const char *line)
{
	entry->order = number_after(line, "order:");
	entry->hits = number_after(line, "hitcount:");
}

/* The lines of one file; how many hits were dropped. */
static long long read_lines(FILE *file, struct histogram_entry *entry,
			    void (*see)(const struct histogram_entry *entry, void *data),
			    void *data)
{
	long long dropped = -EBADMSG;
	bool inside = false;
	char line[512];

	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "{ ", 2)) {
			entry->frames = 0;
			inside = true;
		} else if (inside && strstr(line, "hitcount:")) {
			entry_end(entry, line);
			see(entry, data);
			inside = false;
		} else if (inside) {
			entry_add_frame(entry, line);
		} else if (strstr(line, "Dropped:")) {
			dropped = number_after(line, "Dropped:");
		}
	}
	return dropped;
}

long long histogram_read(void (*see)(const struct histogram_entry *entry, void *data),
			 void *data)
{
	struct histogram_entry entry;
	long long dropped = 0;
	char path[128];
	size_t event;

	for (event = 0; event < EVENT_COUNT && dropped >= 0; event++) {
		long long more;
		FILE *file;

		if (!event_exists(event))
			continue;
		file = fopen(path_of(path, event, "hist"), "re");
		if (!file)
			return -errno;
		entry.event = events[event].name;
		entry.pages = events[event].pages;
		more = read_lines(file, &entry, see, data);
		fclose(file);
		dropped = more < 0 ? more : dropped + more;
	}
	return dropped;
}
