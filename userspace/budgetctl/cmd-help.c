// SPDX-License-Identifier: MIT
/*
 * cmd-help.c: budgetctl help
 *
 * The synopsis and the summaries are those of budgetctl(1), word for word; a test
 * compares them.
 */
#include "command.h"

#include <stdio.h>

static void show_synopsis(const struct command *command)
{
	printf("  budgetctl %s%s%s\n", command->name,
	       command->arguments[0] ? " " : "", command->arguments);
}

static void show_all(void)
{
	puts("Look at memory budgets, set them up, and see what can be relied on.\n\nUsage:");
	for (const struct command *command = commands; command->name; command++)
		show_synopsis(command);
	puts("  budgetctl --version\n\nCommands:");
	for (const struct command *command = commands; command->name; command++)
		printf("  %-8s %s\n", command->name, command->summary);
	puts("\nExit codes: 0 done, or all is well; 1 failed, or a problem was found;\n"
	     "2 wrong usage. Manual: budgetctl(1).");
}

int command_help(int argc, char **argv)
{
	const struct command *command;

	if (argc > 2)
		return command_usage("help: one command at a time");
	if (argc < 2) {
		show_all();
		return EXIT_OK;
	}
	command = command_find(argv[1]);
	if (!command)
		return command_usage("there is no command '%s'", argv[1]);
	puts("Usage:");
	show_synopsis(command);
	printf("\n%s: %s\n", command->name, command->summary);
	return EXIT_OK;
}
