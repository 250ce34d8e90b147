// SPDX-License-Identifier: MIT
/*
 * The plan as the host wrote it: one step a line, its fields separated by tabs:
 * the time limit in seconds, the verb, the arguments.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"

static char *read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	char *text;

	if (fd < 0 || fstat(fd, &status))
		return NULL;
	text = calloc(1, status.st_size + 1);
	if (text && read(fd, text, status.st_size) != status.st_size)
		text = NULL;
	close(fd);
	return text;
}

static void split(char *line, struct step *step)
{
	step->seconds = strtoul(strsep(&line, "\t"), NULL, 10);
	while (line && step->count < STEP_WORDS - 1)
		step->words[step->count++] = strsep(&line, "\t");
}

static unsigned int count_lines(const char *text)
{
	unsigned int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

unsigned int plan_read(const char *path, struct step **steps)
{
	char *text = read_file(path);
	unsigned int count, i;

	count = text ? count_lines(text) : 0;
	*steps = calloc(count + 1, sizeof(**steps));
	if (!count || !*steps) {
		channel_line("guest stops: no plan in %s", path);
		guest_end();
	}
	for (i = 0; i < count; i++)
		split(strsep(&text, "\n"), &(*steps)[i]);
	return count;
}
