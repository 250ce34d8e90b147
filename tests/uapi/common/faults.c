// SPDX-License-Identifier: MIT
/*
 * faults - how many page faults were taken, and where
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "faults.h"

/* A power of two, as the kernel wants it; room for some thousand faults. */
#define LOG_PAGES 16

long faults_of_thread(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

long faults_storing(volatile unsigned char *memory, size_t size)
{
	size_t step = page_size();
	size_t at;
	long before;

	/* The first call may itself fault: on its text and on the stack. */
	faults_of_thread();
	before = faults_of_thread();
	for (at = 0; at < size; at += step)
		memory[at]++;
	return faults_of_thread() - before;
}

long faults_reading(const volatile unsigned char *memory, size_t size)
{
	size_t step = page_size();
	size_t at;
	long before;

	faults_of_thread();
	before = faults_of_thread();
	for (at = 0; at < size; at += step)
		(void)memory[at];
	return faults_of_thread() - before;
}

int fault_log_open(struct fault_log *log)
{
	struct perf_event_attr attribute = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attribute),
		.config = PERF_COUNT_SW_PAGE_FAULTS,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_ADDR,
	};

	log->fd = syscall(SYS_perf_event_open, &attribute, 0, -1, -1,
			  PERF_FLAG_FD_CLOEXEC);
	if (log->fd < 0)
		return -errno;
	log->size = (1 + LOG_PAGES) * page_size();
	log->ring = mmap(NULL, log->size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 log->fd, 0);
	if (log->ring == MAP_FAILED) {
		close(log->fd);
		return -ENOMEM;
	}
	return 0;
}

void fault_log_close(struct fault_log *log)
{
	munmap(log->ring, log->size);
	close(log->fd);
}

/* One entry of the log, as PERF_SAMPLE_ADDR alone makes it. */
struct fault {
	struct perf_event_header header;
	__u64 address;
};

long fault_log_count(const struct fault_log *log, const void *memory,
		     size_t size)
{
	const struct perf_event_mmap_page *head = log->ring;
	const char *entries = (const char *)log->ring + page_size();
	__u64 end = __atomic_load_n(&head->data_head, __ATOMIC_ACQUIRE);
	__u64 first = (uintptr_t)memory;
	struct fault fault;
	long count = 0;
	__u64 at;

	if (end + sizeof(fault) > LOG_PAGES * page_size())
		return -1;
	for (at = 0; at < end; at += fault.header.size) {
		memcpy(&fault, entries + at, sizeof(fault));
		if (fault.header.type != PERF_RECORD_SAMPLE)
			continue;
		if (fault.address >= first && fault.address - first < size)
			count++;
	}
	return count;
}
