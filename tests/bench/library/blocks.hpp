// SPDX-License-Identifier: MIT
/*
 * blocks.hpp: work for pools of blocks of 64 bytes
 *
 * A contender is made for input.count blocks and has allocate() and release(memory).
 */
#ifndef BUDGETMEM_BENCH_BLOCKS_HPP
#define BUDGETMEM_BENCH_BLOCKS_HPP

#include "bench.hpp"

namespace bench {

struct Block {
	unsigned char bytes[64];
};

struct BlocksInput {
	size_t count;
	/* Which of the live ones goes next, for as often as there are operations. */
	std::vector<uint32_t> victims;
	/* In which order all go. */
	std::vector<uint32_t> order;
	size_t passes;
};

template <class Pool>
class LiveBlocks {
public:
	explicit LiveBlocks(const BlocksInput &input) : pool(input), live(input.count) {}
	~LiveBlocks()
	{
		for (void *block : live)
			if (block)
				pool.release(block);
	}
	bool take(size_t i)
	{
		live[i] = pool.allocate();
		return live[i] != nullptr;
	}
	void give(size_t i)
	{
		pool.release(live[i]);
		live[i] = nullptr;
	}

private:
	Pool pool;
	std::vector<void *> live;
};

/* All but one are live; one goes and one comes. */
struct BlocksChurn {
	using Input = BlocksInput;
	static constexpr bool changes = false;
	template <class Blocks>
	static void prepare(Blocks &blocks, const Input &input)
	{
		for (size_t i = 0; i + 1 < input.count; i++)
			if (!blocks.take(i))
				fail("a pool does not give what it has");
	}
	template <class Blocks, class Timer>
	static uint64_t run(Blocks &blocks, const Input &input, Timer timer)
	{
		uint64_t taken = 0;
		size_t operation = 0;

		for (uint32_t victim : input.victims) {
			timer.start();
			blocks.give(victim);
			taken += blocks.take(victim);
			timer.stop(operation++);
		}
		return taken;
	}
};

/* All are taken, and all are given back in another order. */
struct BlocksFill {
	using Input = BlocksInput;
	static constexpr bool changes = false;
	template <class Blocks>
	static void prepare(Blocks &, const Input &) {}
	template <class Blocks, class Timer>
	static uint64_t run(Blocks &blocks, const Input &input, Timer timer)
	{
		uint64_t taken = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			for (size_t i = 0; i < input.count; i++) {
				timer.start();
				taken += blocks.take(i);
				timer.stop(operation++);
			}
			for (uint32_t i : input.order) {
				timer.start();
				blocks.give(i);
				timer.stop(operation++);
			}
		}
		return taken;
	}
};

/* DPDK's mempool: in the file that DPDK's flags are for. */
void add_dpdk_mempool(Work<BlocksChurn> &work);
void add_dpdk_mempool(Work<BlocksFill> &work);

} /* namespace bench */

#endif /* BUDGETMEM_BENCH_BLOCKS_HPP */
