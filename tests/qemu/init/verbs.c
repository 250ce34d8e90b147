// SPDX-License-Identifier: MIT
/* What a step of the plan can do. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init.h"

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
#define KUNIT		"/sys/kernel/debug/kunit"

static int complain(const char *what)
{
	int error = errno;

	fprintf(stderr, "%s: %s\n", what, strerror(error));
	return error;
}

/* insmod FILE [PARAMETER...] */
static int insmod(const struct step *step)
{
	char parameters[1024] = "";
	size_t bytes = 0;
	unsigned int i;
	int fd;

	for (i = 2; i < step->count && bytes < sizeof(parameters); i++)
		bytes += snprintf(parameters + bytes, sizeof(parameters) - bytes,
				  "%s ", step->words[i]);
	fd = open(step->words[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, parameters, 0))
		return complain(step->words[1]);
	return 0;
}

/* insmod-refused ERRNO TEXT FILE [PARAMETER...]: the host compares */
static int insmod_refused(const struct step *step)
{
	struct step rest = { .count = step->count - 2 };

	memcpy(rest.words, step->words + 2, rest.count * sizeof(rest.words[0]));
	return insmod(&rest);
}

/* rmmod NAME */
static int rmmod(const struct step *step)
{
	if (syscall(SYS_delete_module, step->words[1], O_NONBLOCK))
		return complain(step->words[1]);
	return 0;
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return complain(path);
	close(fd);
	return 0;
}

/* write FILE TEXT */
static int write_file(const struct step *step)
{
	return write_text(step->words[1], step->words[2]);
}

static int print_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char bytes[4096];
	ssize_t count;

	if (fd < 0)
		return complain(path);
	while ((count = read(fd, bytes, sizeof(bytes))) > 0) {
		if (write(STDOUT_FILENO, bytes, count) != count)
			break;
	}
	close(fd);
	return count ? EIO : 0;
}

/* All suites that the kernel knows: the host looks for missing and for new ones. */
static int print_suites(void)
{
	DIR *directory = opendir(KUNIT);
	struct dirent *suite;
	char path[512];
	int error = 0;

	if (!directory)
		return complain(KUNIT);
	while (!error && (suite = readdir(directory))) {
		if (suite->d_name[0] == '.')
			continue;
		printf("# suite: %s\n", suite->d_name);
		fflush(stdout);
		snprintf(path, sizeof(path), KUNIT "/%s/results", suite->d_name);
		error = print_file(path);
	}
	closedir(directory);
	return error;
}

/* kunit FILE SUITE...: the suites run while the module loads */
static int kunit(const struct step *step)
{
	const char *name = strrchr(step->words[1], '/') + 1;
	struct step load = { .count = 2, .words = { NULL, step->words[1] } };
	char module[64];
	int error;

	error = insmod(&load);
	if (!error)
		error = print_suites();
	if (error)
		return error;
	snprintf(module, sizeof(module), "%.*s", (int)strcspn(name, "."), name);
	if (syscall(SYS_delete_module, module, O_NONBLOCK))
		return complain(module);
	return 0;
}

/*
 * kmemleak: print what seems to be leaked. Objects count only when they are five
 * seconds old and look the same in two scans.
 */
static int kmemleak(const struct step *step)
{
	int error = write_text(KMEMLEAK, "scan");

	(void)step;
	if (error)
		return error;
	sleep(6);
	error = write_text(KMEMLEAK, "scan");
	return error ? error : print_file(KMEMLEAK);
}

/* run PROGRAM [ARGUMENT...]; show does the same and is judged differently */
static int run(const struct step *step)
{
	if (chdir("/tmp"))
		return complain("/tmp");
	execv(step->words[1], step->words + 1);
	return complain(step->words[1]);
}

static const struct {
	const char *name;
	unsigned int words;
	int (*verb)(const struct step *step);
} verbs[] = {
	{ "insmod", 2, insmod },
	{ "insmod-refused", 4, insmod_refused },
	{ "rmmod", 2, rmmod },
	{ "write", 3, write_file },
	{ "kunit", 3, kunit },
	{ "kmemleak", 1, kmemleak },
	{ "run", 2, run },
	{ "show", 2, run },
};

int verb_do(const struct step *step)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (step->count >= verbs[i].words &&
		    !strcmp(step->words[0], verbs[i].name))
			return verbs[i].verb(step);
	}
	fprintf(stderr, "no such step, or too few words\n");
	return ENOSYS;
}
