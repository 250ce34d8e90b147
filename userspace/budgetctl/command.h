/* SPDX-License-Identifier: MIT */
/*
 * command.h: what a command of the tool is
 */
#ifndef BUDGETCTL_COMMAND_H
#define BUDGETCTL_COMMAND_H

#include <stdbool.h>

/* Exit codes, as budgetctl(1) lists them. */
enum exit_code {
	EXIT_OK		= 0,
	EXIT_FAILED	= 1,
	EXIT_USAGE	= 2,
};

/**
 * struct command - one command
 * @name: the word after budgetctl
 * @arguments: what may follow it, in the notation of the manual
 * @summary: one line, the same as in the manual
 * @run: gets the arguments from @name on; returns an enum exit_code
 */
struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	int (*run)(int argc, char **argv);
};

/* Ended by one without a name. In the order in which help shows them. */
extern const struct command commands[];

/**
 * struct option - what may stand after the command's name
 * @name: with its dashes; NULL ends an array
 * @valued: whether the next argument belongs to it
 * @given: set by command_options()
 * @value: likewise, the argument that belongs to it
 */
struct option {
	const char *name;
	bool valued;
	bool given;
	const char *value;
};

int command_status(int argc, char **argv);
int command_top(int argc, char **argv);
int command_metrics(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_apply(int argc, char **argv);
int command_lock(int argc, char **argv);
int command_remove(int argc, char **argv);
int command_help(int argc, char **argv);

/* The command of that name, or NULL. */
const struct command *command_find(const char *name);

/*
 * Takes the options, in any order, and exactly @count other words, which are put
 * into @words. False: wrong usage, and said so.
 */
bool command_options(int argc, char **argv, struct option *options, const char **words,
		     int count);

/* Says what is wrong with the arguments; returns EXIT_USAGE. */
int command_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says what failed; returns EXIT_FAILED. */
int command_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* BUDGETCTL_COMMAND_H */
