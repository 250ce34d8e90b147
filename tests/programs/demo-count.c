// SPDX-License-Identifier: MIT
/* demo-count.c - the example counts words of a real text */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "demo.h"
#include "screen.h"

#define BUDGET	"words"

/* The program that counts, and the pipe that is its standard input. */
struct counter {
	pid_t process;
	int pipe;
};

static void become_counter(const struct demo *demo, int input)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/wordcount", demo->directory);
	dup2(input, STDIN_FILENO);
	execl(path, "wordcount", NULL);
	_exit(127);
}

static int start(const struct demo *demo, struct counter *counter)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	fflush(stdout);
	counter->process = fork();
	if (!counter->process)
		become_counter(demo, ends[0]);
	close(ends[0]);
	counter->pipe = ends[1];
	return counter->process < 0 ? -errno : 0;
}

static int stop(struct counter *counter)
{
	int status;

	close(counter->pipe);
	if (waitpid(counter->process, &status, 0) < 0)
		return -errno;
	return status ? -ECHILD : 0;
}

static int feed(int text, const struct counter *counter, off_t bytes)
{
	char buffer[4096];

	while (bytes > 0) {
		const size_t want = bytes < (off_t)sizeof(buffer) ?
				    (size_t)bytes : sizeof(buffer);
		const ssize_t got = read(text, buffer, want);

		if (got <= 0 || write(counter->pipe, buffer, (size_t)got) != got)
			return -EIO;
		bytes -= got;
	}
	return 0;
}

static bool has_ended(const struct counter *counter)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)counter->process, &info,
		      WEXITED | WNOHANG | WNOWAIT) || info.si_pid;
}

static bool has_read_all(const struct counter *counter)
{
	int waiting = 0;

	return !ioctl(counter->pipe, FIONREAD, &waiting) && !waiting;
}

/* The phase of the one client that the budget has now; 0 if it has none. */
static uint32_t phase_of_client(void)
{
	struct budgetmem_client_info info = { .select = BUDGETMEM_SELECT_NEXT };
	const int file = open("/dev/budgetmem", O_RDWR | O_CLOEXEC);
	uint32_t phase = 0;

	while (file >= 0 && !ioctl(file, BUDGETMEM_IOC_CLIENT_INFO, &info))
		if (!strcmp(info.budget, BUDGET))
			phase = info.phase;
	if (file >= 0)
		close(file);
	return phase;
}

/* Until it has counted all that it was given; gives up after ten seconds. */
static void wait_until_counted(const struct counter *counter)
{
	const struct timespec moment = { .tv_nsec = 20000000 };

	for (int tries = 0; tries < 500 && !has_ended(counter); tries++) {
		nanosleep(&moment, NULL);
		if (has_read_all(counter) &&
		    phase_of_client() == BUDGETMEM_PHASE_LOCKED)
			return;
	}
}

static int show_middle(struct demo *demo, const struct counter *counter)
{
	wait_until_counted(counter);
	demo->counted_locked = phase_of_client() == BUDGETMEM_PHASE_LOCKED;
	screen_line("Half of the text is counted. What the kernel knows at this moment:");
	screen_command("budgetctl status");
	return demo_run(demo, "budgetctl", "status");
}

static int count_text(struct demo *demo, int text, off_t bytes)
{
	struct counter counter;
	int err = start(demo, &counter);
	int end;

	if (err)
		return err;
	err = feed(text, &counter, bytes / 2);
	if (!err)
		err = show_middle(demo, &counter);
	screen_line("The other half, then:");
	if (!err)
		err = feed(text, &counter, bytes - bytes / 2);
	end = stop(&counter);
	return err ? err : end;
}

int demo_count(struct demo *demo)
{
	struct stat about;
	char path[128];
	int text, err;

	snprintf(path, sizeof(path), "%s/text", demo->directory);
	text = open(path, O_RDONLY | O_CLOEXEC);
	if (text < 0 || fstat(text, &about))
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	screen_heading("A program counts words in pools of the budget \"%s\"",
		       BUDGET);
	screen_command("wordcount < text");
	err = count_text(demo, text, about.st_size);
	close(text);
	if (err)
		return err;
	demo_verdict(demo, demo->counted_locked,
		     "in the middle of its work the program was %slocked",
		     demo->counted_locked ? "" : "not ");
	return 0;
}
