// SPDX-License-Identifier: MIT
/* A step's process: its output, its time, its end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void announce(unsigned int number, const struct step *step)
{
	char words[1024];
	size_t bytes = 0;
	unsigned int i;

	words[0] = '\0';
	for (i = 0; i < step->count && bytes < sizeof(words); i++)
		bytes += snprintf(words + bytes, sizeof(words) - bytes, " %s",
				  step->words[i]);
	channel_line("step %u begins:%s", number, words);
}

/* Becomes the leader of a process group, so that all it starts can be ended. */
static pid_t start(const struct step *step, int *output)
{
	int ends[2];
	pid_t child;

	if (pipe(ends))
		return -1;
	child = fork();
	if (!child) {
		setsid();
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		_exit(verb_do(step));
	}
	close(ends[1]);
	*output = ends[0];
	return child;
}

/* Passes on what there is to read; false at the end of it. */
static bool pass_output(int output, int wait_milliseconds)
{
	struct pollfd ready = { .fd = output, .events = POLLIN };
	char bytes[4096];
	ssize_t count;

	if (poll(&ready, 1, wait_milliseconds) <= 0)
		return false;
	count = read(output, bytes, sizeof(bytes));
	if (count > 0)
		channel_pass("out: ", bytes, count);
	else
		poll(NULL, 0, 10);
	return count > 0;
}

/* Waits for @child itself, not for what it left behind; false if time is up. */
static bool wait_for(pid_t child, int output, unsigned int seconds, int *status)
{
	long end = milliseconds() + seconds * 1000L;

	while (waitpid(child, status, WNOHANG) != child) {
		if (milliseconds() > end)
			return false;
		pass_output(output, 20);
	}
	return true;
}

static void end_group(pid_t child, int output)
{
	kill(-child, SIGKILL);
	while (waitpid(-child, NULL, 0) > 0 || errno == EINTR)
		;
	while (pass_output(output, 0))
		;
	channel_pass("out: ", NULL, 0);
	close(output);
	/* Orphans of orphans come to this process too. */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static void report(unsigned int number, int status)
{
	if (WIFSIGNALED(status))
		channel_line("step %u ends: signal %d", number,
			     WTERMSIG(status));
	else
		channel_line("step %u ends: exit %d", number,
			     WEXITSTATUS(status));
}

/* What hangs, and where, is worth more than the process's end. */
static void report_time_limit(unsigned int number, int output)
{
	int trigger = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	if (trigger >= 0 && write(trigger, "w", 1) == 1)
		poll(NULL, 0, 100);
	while (pass_output(output, 0))
		;
	channel_pass("out: ", NULL, 0);
	log_pass();
	channel_line("step %u ends: time limit", number);
}

bool child_run(unsigned int number, const struct step *step)
{
	int output, status;
	pid_t child;

	announce(number, step);
	child = start(step, &output);
	if (child < 0) {
		channel_line("step %u ends: cannot start: %s", number,
			     strerror(errno));
		return false;
	}
	if (!wait_for(child, output, step->seconds, &status)) {
		report_time_limit(number, output);
		return false;
	}
	end_group(child, output);
	log_pass();
	report(number, status);
	return true;
}
