// SPDX-License-Identifier: MIT
/*
 * blocks.cpp: blocks of 64 bytes
 *
 * "array" is what one writes by hand: an array of blocks and a stack of the numbers of
 * those that are free. This library looks whether what is given back is one of its blocks
 * and live; none of the others does.
 */
#include "blocks.hpp"
#include "heap.hpp"
#include "subjects.hpp"

#include <boost/lockfree/stack.hpp>
#include <boost/pool/pool.hpp>
#include <glib.h>

namespace bench {

namespace {

BM_BLOCKS(blocks_1k, Block, 1024)
BM_BLOCKS(blocks_64k, Block, 65536)
BM_BLOCKS(blocks_256k, Block, 262144)

template <class Handle, size_t bytes, auto create, auto alloc_block, auto free_block>
class Typed {
public:
	explicit Typed(const BlocksInput &) : memory(bytes)
	{
		must(create(&blocks, memory.region, "blocks"), "create");
	}
	void *allocate()
	{
		Block *block;

		return alloc_block(&blocks, &block) ? nullptr : block;
	}
	void release(void *block) { free_block(&blocks, static_cast<Block *>(block)); }

private:
	Region memory;
	Handle blocks;
};

template <size_t size>
struct Budgetmem;
template <>
struct Budgetmem<1024>
	: Typed<blocks_1k, BM_BYTES(blocks_1k), blocks_1k_create, blocks_1k_alloc,
		blocks_1k_free> {
	using Typed::Typed;
};
template <>
struct Budgetmem<65536>
	: Typed<blocks_64k, BM_BYTES(blocks_64k), blocks_64k_create,
		blocks_64k_alloc, blocks_64k_free> {
	using Typed::Typed;
};
template <>
struct Budgetmem<262144>
	: Typed<blocks_256k, BM_BYTES(blocks_256k), blocks_256k_create, blocks_256k_alloc,
		blocks_256k_free> {
	using Typed::Typed;
};

class Array {
public:
	explicit Array(const BlocksInput &input)
		: blocks(new Block[input.count]), unused(new uint32_t[input.count]),
		  len(input.count)
	{
		for (size_t i = 0; i < len; i++)
			unused[i] = static_cast<uint32_t>(i);
	}
	void *allocate() { return len ? &blocks[unused[--len]] : nullptr; }
	void release(void *block)
	{
		unused[len++] = static_cast<uint32_t>(static_cast<Block *>(block) -
						      blocks.get());
	}

private:
	std::unique_ptr<Block[]> blocks;
	std::unique_ptr<uint32_t[]> unused;
	size_t len;
};

/* All in one chunk from the beginning. */
class Boost {
public:
	explicit Boost(const BlocksInput &input) : pool(sizeof(Block), input.count)
	{
		pool.free(pool.malloc());
	}
	void *allocate() { return pool.malloc(); }
	void release(void *block) { pool.free(block); }

private:
	boost::pool<> pool;
};

/* Blocks on a stack that many threads may use at once; here it is one. */
class Lockfree {
public:
	explicit Lockfree(const BlocksInput &input)
		: blocks(new Block[input.count]), unused(input.count)
	{
		for (size_t i = 0; i < input.count; i++)
			unused.push(&blocks[i]);
	}
	void *allocate()
	{
		Block *block;

		return unused.pop(block) ? block : nullptr;
	}
	void release(void *block) { unused.bounded_push(static_cast<Block *>(block)); }

private:
	std::unique_ptr<Block[]> blocks;
	boost::lockfree::stack<Block *> unused;
};

class GSlice {
public:
	explicit GSlice(const BlocksInput &) {}
	void *allocate() { return g_slice_alloc(sizeof(Block)); }
	void release(void *block) { g_slice_free1(sizeof(Block), block); }
};

template <class Heap>
class OfHeap {
public:
	explicit OfHeap(const BlocksInput &) {}
	void *allocate() { return heap.allocate(sizeof(Block)); }
	void release(void *block) { heap.release(block); }

private:
	Heap heap;
};

template <size_t size, class Workload>
Task task(const char *name, const char *label, const BlocksInput &input, size_t operations)
{
	Work<Workload> work("blocks", name, label, input, operations);

	work.template add<LiveBlocks<Budgetmem<size>>>("budgetmem")
		.template add<LiveBlocks<Array>>("array")
		.template add<LiveBlocks<Boost>>("boost")
		.template add<LiveBlocks<Lockfree>>("boost lockfree")
		.template add<LiveBlocks<GSlice>>("glib")
		.template add<LiveBlocks<OfHeap<Glibc>>>("glibc")
		.template add<LiveBlocks<OfHeap<Jemalloc>>>("jemalloc")
		.template add<LiveBlocks<OfHeap<Mimalloc>>>("mimalloc");
	add_dpdk_mempool(work);
	work.outlives = true;
	return std::move(work);
}

template <size_t count>
void measure_size(Runner &runner, const char *label)
{
	BlocksInput input;
	Random random(count);

	if (!runner.wants("blocks", label))
		return;
	input.count = count;
	input.passes = passes_of(count);
	for (size_t i = 0; i < 100000; i++)
		input.victims.push_back(static_cast<uint32_t>(random.below(count - 1)));
	for (size_t i = 0; i < count; i++)
		input.order.push_back(static_cast<uint32_t>(i));
	shuffle(input.order, random);
	runner.measure(task<count, BlocksChurn>("free-alloc", label, input,
						input.victims.size()));
	runner.measure(task<count, BlocksFill>("fill-empty", label, input,
					       2 * count * input.passes));
}

} /* namespace */

void measure_blocks(Runner &runner)
{
	runner.report("blocks", "overhead", "-", "budgetmem",
		      BM_BYTES(blocks_1k) - 1024 * sizeof(Block));
	measure_size<1024>(runner, "1k");
	measure_size<65536>(runner, "64k");
	measure_size<262144>(runner, "256k");
}

} /* namespace bench */
