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
	{ "doctor", "", "check what can be relied on here, and say what to change",
	  command_doctor },
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

bool command_option(int argc, char **argv, const char *option, bool *given)
{
	*given = false;
	for (int i = 1; i < argc; i++) {
		if (!option || strcmp(argv[i], option)) {
			command_usage("%s: what is '%s'?", argv[0], argv[i]);
			return false;
		}
		*given = true;
	}
	return true;
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
