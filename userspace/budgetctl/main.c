// SPDX-License-Identifier: MIT
/*
 * main.c: budgetctl, the tool: its commands and what they have in common
 */
#include "command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct command commands[] = {
	{ "status", "[--json]", "show budgets, clients and pools", command_status },
	{ "top", "[--interval SECONDS] [--once]", "watch who holds what, how full it is and what is refused",
	  command_top },
	{ "metrics", "[--output FILE]", "write the state as OpenMetrics, for monitoring",
	  command_metrics },
	{ "doctor", "", "check what can be relied on here, and say what to change",
	  command_doctor },
	{ "apply", "FILE [--dry-run]", "replace the table of budgets, or change nothing",
	  command_apply },
	{ "lock", "[--dry-run]", "make the table of budgets final until the module is unloaded",
	  command_lock },
	{ "remove", "BUDGET POOL", "give back a persistent pool that has no client",
	  command_remove },
	{ "help", "[COMMAND]", "show this text, or that of one command", command_help },
	{ NULL, NULL, NULL, NULL },
};

const struct command *command_find(const char *name)
{
	const struct command *command = commands;

	while (command->name && strcmp(command->name, name))
		command++;
	return command->name ? command : NULL;
}

static void say(const char *format, va_list arguments)
{
	fputs("budgetctl: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

int command_usage(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
	fputs("Try 'budgetctl help'.\n", stderr);
	return EXIT_USAGE;
}

int command_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
	return EXIT_FAILED;
}

static struct option *find_option(struct option *options, const char *name)
{
	while (options->name && strcmp(options->name, name))
		options++;
	return options->name ? options : NULL;
}

/* The argument at @i is an option: takes it. Returns the last argument taken, or 0. */
static int take_option(int i, int argc, char **argv, struct option *options)
{
	struct option *option = find_option(options, argv[i]);

	if (!option) {
		command_usage("%s: what is '%s'?", argv[0], argv[i]);
		return 0;
	}
	if (option->given) {
		command_usage("%s: '%s' is given twice", argv[0], argv[i]);
		return 0;
	}
	option->given = true;
	if (!option->valued)
		return i;
	if (i + 1 == argc) {
		command_usage("%s: what comes after '%s'?", argv[0], argv[i]);
		return 0;
	}
	option->value = argv[i + 1];
	return i + 1;
}

bool command_options(int argc, char **argv, struct option *options, const char **words,
		     int count)
{
	bool only_words = false;
	int found = 0;

	for (int i = 1; i < argc; i++) {
		if (!only_words && !strcmp(argv[i], "--")) {
			only_words = true;
		} else if (!only_words && argv[i][0] == '-' && argv[i][1]) {
			i = take_option(i, argc, argv, options);
			if (!i)
				return false;
		} else if (found < count) {
			words[found++] = argv[i];
		} else {
			command_usage("%s: what is '%s'?", argv[0], argv[i]);
			return false;
		}
	}
	if (found == count)
		return true;
	command_usage("%s: it takes %s", argv[0], command_find(argv[0])->arguments);
	return false;
}

static int show_version(void)
{
	puts("budgetctl " BUDGETCTL_VERSION);
	return EXIT_OK;
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2)
		return command_usage("which command?");
	if (!strcmp(argv[1], "--version") && argc == 2)
		return show_version();
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return command_help(1, argv);
	command = command_find(argv[1]);
	if (!command)
		return command_usage("there is no command '%s'", argv[1]);
	return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	int code = run(argc, argv);

	/* A full disk or a closed pipe is a failure: half a report is none. */
	if (fflush(stdout) || ferror(stdout))
		code = command_fail("cannot write the output: %s", strerror(errno));
	return code;
}
