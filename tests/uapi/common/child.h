/* SPDX-License-Identifier: MIT */
/*
 * child - other processes, other users, and descriptors handed to them
 */
#ifndef BUDGETMEM_TESTS_CHILD_H
#define BUDGETMEM_TESTS_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Start a process that runs body(argument) and exits with what it returns, 0 to
 * 255. It is killed when its parent's thread ends. The process or -errno.
 */
pid_t child_start(int (*body)(void *argument), void *argument);

/* Wait for a process: its exit status, or minus the signal that ended it. */
int child_wait(pid_t child);

/* Start and wait. */
int child_run(int (*body)(void *argument), void *argument);

/*
 * Replace the program by itself with nothing to do: it exits at once, or waits
 * until it is killed. Descriptors without O_CLOEXEC stay open in it.
 */
int exec_to_exit(void);
int exec_to_wait(void);

/* A user: real, effective and saved ids, and supplementary groups. */
struct identity {
	uid_t uid;
	gid_t gid;
	size_t group_count;
	gid_t groups[2];
};

/* Become that user, for good and without any capability: 0 or -errno. */
int identity_take(const struct identity *identity);

/* Two ends of a line between two processes: 0 or -errno. */
int line_open(int line[2]);

/* Say one word to the other end; wait for one: 0 or -errno, -EPIPE: it is gone. */
int line_say(int end);
int line_wait(int end);

/* Send a descriptor, which stays open here; receive one: the number or -errno. */
int line_send(int end, int fd);
int line_receive(int end);

#endif /* BUDGETMEM_TESTS_CHILD_H */
