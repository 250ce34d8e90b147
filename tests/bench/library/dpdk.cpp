// SPDX-License-Identifier: MIT
/* dpdk.cpp: DPDK's hash, mempool and ring; this file is compiled as DPDK wants it. */
#include "blocks.hpp"
#include "deque.hpp"
#include "map.hpp"

#include <filesystem>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_mempool.h>
#include <rte_ring.h>

namespace bench {

namespace {

/* Without huge pages, devices or other processes. */
void begin_dpdk()
{
	static const char *words[] = {
		"bench", "--no-huge", "--no-pci", "--no-telemetry", "--no-shconf",
		"--file-prefix", "budgetmem-bench", "-m", "2048", "--lcores", "0",
		"--log-level", "*:error",
	};
	static bool begun;
	int count = sizeof(words) / sizeof(words[0]);

	if (begun)
		return;
	begun = true;
	if (rte_eal_init(count, const_cast<char **>(words)) < 0)
		fail(std::string("DPDK: ") + rte_strerror(rte_errno));
	atexit([] {
		/* It leaves this behind. */
		std::filesystem::path directory = rte_eal_get_runtime_dir();

		rte_eal_cleanup();
		std::filesystem::remove_all(directory);
	});
}

class Hash {
public:
	explicit Hash(const MapInput &input)
	{
		struct rte_hash_parameters parameters = {};

		begin_dpdk();
		parameters.name = "bench";
		parameters.entries = static_cast<uint32_t>(input.capacity);
		parameters.key_len = sizeof(uint64_t);
		parameters.extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE;
		hash = rte_hash_create(&parameters);
		if (!hash)
			fail(std::string("rte_hash_create: ") + rte_strerror(rte_errno));
	}
	~Hash() { rte_hash_free(hash); }
	bool get(uint64_t key, uint64_t &value)
	{
		void *found;

		if (rte_hash_lookup_data(hash, &key, &found) < 0)
			return false;
		value = reinterpret_cast<uint64_t>(found);
		return true;
	}
	bool insert(uint64_t key, uint64_t value)
	{
		return !rte_hash_add_key_data(hash, &key, reinterpret_cast<void *>(value));
	}
	bool erase(uint64_t key) { return rte_hash_del_key(hash, &key) >= 0; }

private:
	struct rte_hash *hash;
};

/* With a cache for each thread, as large as it may be. */
class Mempool {
public:
	explicit Mempool(const BlocksInput &input)
	{
		unsigned int cache = RTE_MEMPOOL_CACHE_MAX_SIZE;
		unsigned int count = static_cast<unsigned int>(input.count);

		begin_dpdk();
		pool = rte_mempool_create("bench", count, sizeof(Block), cache, 0, nullptr,
					  nullptr, nullptr, nullptr, SOCKET_ID_ANY, 0);
		if (!pool)
			fail(std::string("rte_mempool_create: ") + rte_strerror(rte_errno));
	}
	~Mempool() { rte_mempool_free(pool); }
	void *allocate()
	{
		void *block;

		return rte_mempool_get(pool, &block) ? nullptr : block;
	}
	void release(void *block) { rte_mempool_put(pool, block); }

private:
	struct rte_mempool *pool;
};

/* For one that writes and one that reads. It holds pointers. */
class Ring {
public:
	explicit Ring(const DequeInput &input)
	{
		begin_dpdk();
		ring = rte_ring_create("bench", static_cast<unsigned int>(input.items.size()),
				       SOCKET_ID_ANY,
				       RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ);
		if (!ring)
			fail(std::string("rte_ring_create: ") + rte_strerror(rte_errno));
	}
	~Ring() { rte_ring_free(ring); }
	bool push_last(uint64_t item)
	{
		return !rte_ring_sp_enqueue(ring, reinterpret_cast<void *>(item));
	}
	bool pop_first(uint64_t &item)
	{
		void *out;

		if (rte_ring_sc_dequeue(ring, &out))
			return false;
		item = reinterpret_cast<uint64_t>(out);
		return true;
	}

private:
	struct rte_ring *ring;
};

template <class Workload>
void add(Work<Workload> &work)
{
	work.template add<Hash>("dpdk");
}

} /* namespace */

void add_dpdk_hash(Work<MapInsert> &work) { add(work); }
void add_dpdk_hash(Work<MapHit> &work) { add(work); }
void add_dpdk_hash(Work<MapMiss> &work) { add(work); }
void add_dpdk_hash(Work<MapErase> &work) { add(work); }
void add_dpdk_hash(Work<MapMixed> &work) { add(work); }
void add_dpdk_hash(Work<MapChurn<false>> &work) { add(work); }
void add_dpdk_hash(Work<MapChurn<true>> &work) { add(work); }

void add_dpdk_mempool(Work<BlocksChurn> &work)
{
	work.add<LiveBlocks<Mempool>>("dpdk");
}

void add_dpdk_ring(Work<DequeQueue> &work)
{
	work.add<Ring>("dpdk ring");
}

void add_dpdk_mempool(Work<BlocksFill> &work)
{
	work.add<LiveBlocks<Mempool>>("dpdk");
}

} /* namespace bench */
