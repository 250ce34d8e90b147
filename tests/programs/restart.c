// SPDX-License-Identifier: MIT
/*
 * restart.c - a program that counts words is killed again and again
 *
 *	restart KILLS PROGRAM [TEXT]
 *
 * PROGRAM is wordcount-restart. It counts TEXT, or a text that is made up, and is
 * ended by SIGKILL at random moments until that has happened KILLS times. Whenever it
 * comes to the end of the text, its result is compared with a plain count, and it
 * begins anew. Prints TAP.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "restart-reference.h"

#define WORDS		40000
#define MADE_UP		"/tmp/restart-text"

/**
 * struct test - what is tested, and what was seen
 * @program: that counts words
 * @text: the file
 * @reference: what it has to print
 * @life: nanoseconds that it takes when nobody disturbs it
 * @kills: how often it was killed
 * @texts: how often it came to the end
 * @kills_before: @kills when it last began anew
 */
struct test {
	const char *program;
	const char *text;
	struct reference reference;
	long long life;
	unsigned int kills;
	unsigned int texts;
	unsigned int kills_before;
};

/* A program that runs, and the pipe that it prints to. */
struct life {
	pid_t process;
	int output;
};

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void pause_for(long long nanoseconds)
{
	const struct timespec time = {
		.tv_sec = (time_t)(nanoseconds / 1000000000),
		.tv_nsec = (long)(nanoseconds % 1000000000),
	};

	nanosleep(&time, NULL);
}

static bool start(const struct test *test, const char *argument, struct life *life)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return false;
	fflush(stdout);
	life->process = fork();
	if (!life->process) {
		dup2(ends[1], STDOUT_FILENO);
		execl(test->program, test->program, argument, NULL);
		_exit(127);
	}
	close(ends[1]);
	life->output = ends[0];
	return life->process > 0;
}

/* What it prints is little: all of it is in the pipe when it has ended. */
static int wait_for(const struct life *life, char *output, size_t size)
{
	ssize_t got;
	int status = -1;

	waitpid(life->process, &status, 0);
	got = read(life->output, output, size - 1);
	output[got > 0 ? got : 0] = '\0';
	close(life->output);
	return status;
}

static bool complain(const char *what, const char *output)
{
	printf("# %s\n", what);
	for (const char *line = output; *line;) {
		const int bytes = (int)strcspn(line, "\n");

		printf("#   %.*s\n", bytes, line);
		line += bytes + (line[bytes] == '\n');
	}
	return false;
}

/* Whether it printed the right counts, and was not resumed more often than killed. */
static bool is_right(const struct test *test, const char *output)
{
	const struct reference *reference = &test->reference;
	const size_t bytes = strlen(reference->begin);
	unsigned long resumed;
	char *rest;

	if (strncmp(output, reference->begin, bytes)) {
		complain("not the counts that are right:", output);
		return complain("but:", reference->begin);
	}
	resumed = strtoul(output + bytes, &rest, 10);
	if (strcmp(rest, reference->end)) {
		complain("not the words that are right:", output);
		return complain("but:", reference->end);
	}
	if (resumed > test->kills - test->kills_before)
		return complain("resumed more often than killed:", output);
	return true;
}

static bool forget(struct test *test)
{
	struct life life;
	char output[64];

	test->kills_before = test->kills;
	if (!start(test, "--forget", &life))
		return false;
	return !wait_for(&life, output, sizeof(output)) ||
	       complain("cannot forget what was counted", output);
}

/* One life to the end of the text. */
static bool undisturbed(struct test *test)
{
	struct life life;
	char output[4096];

	if (!start(test, test->text, &life))
		return false;
	if (wait_for(&life, output, sizeof(output)))
		return complain("ended with an error", output);
	test->texts++;
	return is_right(test, output) && forget(test);
}

static bool first(struct test *test)
{
	long long begin;
	bool passed;

	if (!forget(test))
		return false;
	begin = now();
	passed = undisturbed(test);
	test->life = now() - begin;
	return passed;
}

static void show_progress(const struct test *test, unsigned int kills)
{
	if (test->kills % (kills / 10 + 1) == 0)
		printf("# killed %u of %u times, counted the text %u times\n",
		       test->kills, kills, test->texts);
}

/* One life that may be ended at any moment. */
static bool disturbed(struct test *test, unsigned int kills)
{
	struct life life;
	char output[4096];
	int status;

	if (!start(test, test->text, &life))
		return false;
	pause_for((rand() * (RAND_MAX + 1LL) + rand()) % test->life);
	kill(life.process, SIGKILL);
	status = wait_for(&life, output, sizeof(output));
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
		test->kills++;
		show_progress(test, kills);
		return true;
	}
	if (status)
		return complain("ended with an error", output);
	test->texts++;
	return is_right(test, output) && forget(test);
}

/* To the end of the text at last, so that the last kill has been survived as well. */
static bool killed(struct test *test, unsigned int kills)
{
	while (test->kills < kills) {
		if (!disturbed(test, kills))
			return false;
	}
	return undisturbed(test);
}

static bool report(int number, bool passed, const char *name)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", number, name);
	return passed;
}

static bool run(struct test *test, unsigned int kills)
{
	const int err = reference_make(&test->reference, test->text);
	bool passed;

	printf("TAP version 13\n1..2\n");
	if (err)
		printf("# %s: %s\n", test->text, strerror(-err));
	passed = report(1, !err && first(test), "an undisturbed program counts right");
	passed = report(2, passed && killed(test, kills),
			"a program that is killed goes on with the right counts");
	printf("# killed %u times, counted the text %u times\n", test->kills, test->texts);
	return passed;
}

int main(int argc, char *argv[])
{
	const unsigned int kills = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 0;
	struct test test = { .text = MADE_UP };

	if (argc < 3 || argc > 4 || !kills) {
		fprintf(stderr, "usage: restart KILLS PROGRAM [TEXT]\n");
		return EXIT_FAILURE;
	}
	test.program = argv[2];
	if (argc == 4)
		test.text = argv[3];
	else if (reference_write_text(MADE_UP, WORDS))
		return EXIT_FAILURE;
	srand(1);
	return run(&test, kills) ? EXIT_SUCCESS : EXIT_FAILURE;
}
