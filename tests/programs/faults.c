// SPDX-License-Identifier: MIT
/* faults.c - which page faults this process takes, and where */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "faults.h"

#define RING_BYTES	((size_t)1 << 20)

static int open_event(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_PAGE_FAULTS,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_ADDR,
		.disabled = 1,
	};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			    PERF_FLAG_FD_CLOEXEC);
}

int faults_start(struct faults *faults, const void *base, size_t bytes)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *ring;
	int err;

	memset(faults, 0, sizeof(*faults));
	faults->base = (uintptr_t)base;
	faults->bytes = bytes;
	faults->file = open_event();
	if (faults->file < 0)
		return -errno;
	ring = mmap(NULL, page + RING_BYTES, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_POPULATE, faults->file, 0);
	if (ring == MAP_FAILED) {
		err = -errno;
		close(faults->file);
		return err;
	}
	faults->control = ring;
	ioctl(faults->file, PERF_EVENT_IOC_ENABLE, 0);
	return 0;
}

/* Records are multiples of 8 bytes: a field of that size never wraps. */
static uint64_t word_at(const struct faults *faults, uint64_t position)
{
	const char *data = (const char *)faults->control +
			   faults->control->data_offset;
	uint64_t word;

	memcpy(&word, data + (position & (RING_BYTES - 1)), sizeof(word));
	return word;
}

static struct perf_event_header header_at(const struct faults *faults,
					  uint64_t position)
{
	const uint64_t word = word_at(faults, position);
	struct perf_event_header header;

	memcpy(&header, &word, sizeof(header));
	return header;
}

static void count_record(struct faults *faults, uint32_t type, uint64_t body)
{
	if (type == PERF_RECORD_LOST)
		faults->lost += word_at(faults, body + sizeof(uint64_t));
	else if (type != PERF_RECORD_SAMPLE)
		return;
	else if (word_at(faults, body) - faults->base < faults->bytes)
		faults->inside++;
	else
		faults->outside++;
}

void faults_collect(struct faults *faults)
{
	const uint64_t head = faults_mark(faults);
	uint64_t tail = faults->control->data_tail;

	while (tail < head) {
		const struct perf_event_header header = header_at(faults, tail);

		count_record(faults, header.type, tail + sizeof(header));
		tail += header.size;
	}
	__atomic_store_n(&faults->control->data_tail, tail, __ATOMIC_RELEASE);
}

void faults_stop(struct faults *faults)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	ioctl(faults->file, PERF_EVENT_IOC_DISABLE, 0);
	faults_collect(faults);
	munmap(faults->control, page + RING_BYTES);
	close(faults->file);
}
