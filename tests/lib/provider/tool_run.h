/* SPDX-License-Identifier: MIT */
/*
 * tool_run.h: runs the tool, for tests in a guest
 */
#ifndef TESTS_PROVIDER_TOOL_RUN_H
#define TESTS_PROVIDER_TOOL_RUN_H

#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MOST	(64 << 10)

static const char *tool = "/budgetctl";

/* What the last run wrote, and its exit code. */
static char output[OUTPUT_MOST], errors[OUTPUT_MOST];

static inline void read_all(FILE *file, char *text)
{
	size_t length;

	rewind(file);
	length = fread(text, 1, OUTPUT_MOST - 1, file);
	text[length] = '\0';
	fclose(file);
}

static inline void become(uid_t uid, FILE *out, FILE *err, char *const arguments[])
{
	dup2(fileno(out), 1);
	dup2(fileno(err), 2);
	if (uid && (setresgid(uid, uid, uid) || setresuid(uid, uid, uid)))
		_exit(126);
	execv(tool, arguments);
	_exit(127);
}

static inline int run_tool(uid_t uid, const char *const arguments[])
{
	FILE *out = tmpfile(), *err = tmpfile();
	int status = -1;
	pid_t child;

	if (!tap_expect(out && err))
		exit(1);
	child = fork();
	if (!child)
		become(uid, out, err, (char *const *)arguments);
	waitpid(child, &status, 0);
	read_all(out, output);
	read_all(err, errors);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Both return the exit code, or -1. */
#define run_as(uid, ...)						\
	run_tool(uid, (const char *const []){ "budgetctl", __VA_ARGS__, NULL })
#define run(...)	run_as(0, __VA_ARGS__)

/* Says so if @part is not in @text. */
static inline bool has(const char *text, const char *part)
{
	if (strstr(text, part))
		return true;
	printf("# no '%s' in:\n# ", part);
	for (; *text; text++)
		fputs(*text == '\n' ? "\n# " : (char []){ *text, 0 }, stdout);
	puts("");
	return false;
}

#endif /* TESTS_PROVIDER_TOOL_RUN_H */
