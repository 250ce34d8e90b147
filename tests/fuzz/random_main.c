// SPDX-License-Identifier: MIT
/*
 * random_main.c: run a model without libFuzzer
 *
 *	NAME_fuzz INPUTS [FILE|DIRECTORY]...
 *
 * replays the files that are kept, then INPUTS random ones, each from a seed of its
 * own that is said if the model aborts. TAP.
 */
#include "fuzz.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#define LONGEST	4096

static uint8_t bytes[1 << 20];
static char doing[600];

/* Only what a signal handler may call. */
static void say_what_aborted(int signal_number)
{
	static const char mark[] = "# while it ran: ";

	(void)!write(2, mark, sizeof(mark) - 1);
	(void)!write(2, doing, strlen(doing));
	(void)!write(2, "\n", 1);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void run_random(unsigned long seed)
{
	uint64_t state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	size_t size;

	snprintf(doing, sizeof(doing), "random input %lu", seed);
	size = next_random(&state) % LONGEST;
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(next_random(&state) >> 32);
	LLVMFuzzerTestOneInput(bytes, size);
}

static unsigned int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t size;

	FUZZ_CHECK(file);
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	snprintf(doing, sizeof(doing), "%s", path);
	LLVMFuzzerTestOneInput(bytes, size);
	return 1;
}

static unsigned int replay(const char *path)
{
	DIR *directory = opendir(path);
	unsigned int count = 0;
	struct dirent *entry;
	char inside[512];

	if (!directory)
		return replay_file(path);
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(inside, sizeof(inside), "%s/%.200s", path,
			 entry->d_name);
		count += replay_file(inside);
	}
	closedir(directory);
	return count;
}

int main(int argc, char **argv)
{
	unsigned long inputs = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned int replayed = 0;

	signal(SIGABRT, say_what_aborted);
	printf("1..2\n");
	for (int i = 2; i < argc; i++)
		replayed += replay(argv[i]);
	printf("ok 1 - %u inputs that were kept\n", replayed);
	for (unsigned long seed = 0; seed < inputs; seed++)
		run_random(seed);
	printf("ok 2 - %lu random inputs\n", inputs);
	return 0;
}
