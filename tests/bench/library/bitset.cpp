// SPDX-License-Identifier: MIT
/*
 * bitset.cpp: bits, each in the set or not
 *
 * A contender is made for input.count bits and has insert, remove, contains, and
 * sum(), which goes from one bit in the set to the next and adds up their numbers.
 * "array" is what one writes by hand: an array of words, a comparison before each
 * access, and a search that counts trailing zeros.
 */
#include "subjects.hpp"

#include <algorithm>
#include <bitset>

#include <boost/dynamic_bitset.hpp>

extern "C" {
#include <ck_bitmap.h>
}

namespace bench {

namespace {

struct BitsInput {
	size_t count;
	/* A fifth of all, and some numbers anywhere. */
	std::vector<uint32_t> ones;
	std::vector<uint32_t> anywhere;
	size_t passes;
};

BM_BITSET(bits_1k, 1024)
BM_BITSET(bits_64k, 65536)
BM_BITSET(bits_1m, 1048576)

template <class Handle, size_t bytes, auto create, auto set_bit, auto contains_bit,
	  auto each_bit>
class Typed {
public:
	explicit Typed(const BitsInput &) : memory(bytes)
	{
		must(create(&set, memory.region, "bits"), "create");
	}
	bool insert(size_t i) { return !set_bit(&set, i, true); }
	bool remove(size_t i) { return !set_bit(&set, i, false); }
	bool contains(size_t i) const { return contains_bit(&set, i); }
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation) const
	{
		struct bm_bits bits = { 0, 0, 0 };
		uint64_t total = 0;
		size_t i;

		timer.start();
		while (!each_bit(&set, &bits, &i)) {
			total += i;
			timer.stop(operation++);
			timer.start();
		}
		return total;
	}

private:
	Region memory;
	Handle set;
};

template <size_t size>
struct Budgetmem;
template <>
struct Budgetmem<1024>
	: Typed<bits_1k, BM_BYTES(bits_1k), bits_1k_create, bits_1k_set,
		bits_1k_contains, bits_1k_each> {
	using Typed::Typed;
};
template <>
struct Budgetmem<65536>
	: Typed<bits_64k, BM_BYTES(bits_64k), bits_64k_create, bits_64k_set,
		bits_64k_contains, bits_64k_each> {
	using Typed::Typed;
};
template <>
struct Budgetmem<1048576>
	: Typed<bits_1m, BM_BYTES(bits_1m), bits_1m_create, bits_1m_set,
		bits_1m_contains, bits_1m_each> {
	using Typed::Typed;
};

class Array {
public:
	explicit Array(const BitsInput &input)
		: count(input.count), words(new uint64_t[(count + 63) / 64]())
	{
	}
	bool insert(size_t i)
	{
		if (i >= count)
			return false;
		words[i / 64] |= uint64_t(1) << i % 64;
		return true;
	}
	bool remove(size_t i)
	{
		if (i >= count)
			return false;
		words[i / 64] &= ~(uint64_t(1) << i % 64);
		return true;
	}
	bool contains(size_t i) const
	{
		return i < count && words[i / 64] >> i % 64 & 1;
	}
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation) const
	{
		uint64_t total = 0;

		timer.start();
		for (size_t word = 0; word < (count + 63) / 64; word++) {
			for (uint64_t bits = words[word]; bits; bits &= bits - 1) {
				total += word * 64 +
					 static_cast<unsigned int>(__builtin_ctzll(bits));
				timer.stop(operation++);
				timer.start();
			}
		}
		return total;
	}

private:
	size_t count;
	std::unique_ptr<uint64_t[]> words;
};

template <size_t size>
class Libstdcxx {
public:
	explicit Libstdcxx(const BitsInput &) : bits(new std::bitset<size>) {}
	bool insert(size_t i)
	{
		if (i >= size)
			return false;
		(*bits)[i] = true;
		return true;
	}
	bool remove(size_t i)
	{
		if (i >= size)
			return false;
		(*bits)[i] = false;
		return true;
	}
	bool contains(size_t i) const { return i < size && (*bits)[i]; }
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation) const
	{
		uint64_t total = 0;

		timer.start();
		for (size_t i = bits->_Find_first(); i < size; i = bits->_Find_next(i)) {
			total += i;
			timer.stop(operation++);
			timer.start();
		}
		return total;
	}

private:
	std::unique_ptr<std::bitset<size>> bits;
};

class Boost {
public:
	explicit Boost(const BitsInput &input) : bits(input.count) {}
	bool insert(size_t i)
	{
		if (i >= bits.size())
			return false;
		bits.set(i);
		return true;
	}
	bool remove(size_t i)
	{
		if (i >= bits.size())
			return false;
		bits.reset(i);
		return true;
	}
	bool contains(size_t i) const { return i < bits.size() && bits.test(i); }
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation) const
	{
		uint64_t total = 0;

		timer.start();
		for (size_t i = bits.find_first(); i != bits.npos; i = bits.find_next(i)) {
			total += i;
			timer.stop(operation++);
			timer.start();
		}
		return total;
	}

private:
	boost::dynamic_bitset<uint64_t> bits;
};

/* Its single bits are changed by atomic operations. */
class ConcurrencyKit {
public:
	explicit ConcurrencyKit(const BitsInput &input)
	{
		unsigned int count = static_cast<unsigned int>(input.count);

		bits = static_cast<ck_bitmap_t *>(std::malloc(ck_bitmap_size(count)));
		ck_bitmap_init(bits, count, false);
	}
	~ConcurrencyKit() { std::free(bits); }
	ConcurrencyKit(const ConcurrencyKit &) = delete;
	ConcurrencyKit &operator=(const ConcurrencyKit &) = delete;
	bool insert(size_t i)
	{
		if (i >= ck_bitmap_bits(bits))
			return false;
		ck_bitmap_set(bits, static_cast<unsigned int>(i));
		return true;
	}
	bool remove(size_t i)
	{
		if (i >= ck_bitmap_bits(bits))
			return false;
		ck_bitmap_reset(bits, static_cast<unsigned int>(i));
		return true;
	}
	bool contains(size_t i) const
	{
		return i < ck_bitmap_bits(bits) &&
		       ck_bitmap_test(bits, static_cast<unsigned int>(i));
	}
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation) const
	{
		ck_bitmap_iterator_t iterator;
		uint64_t total = 0;
		unsigned int i;

		ck_bitmap_iterator_init(&iterator, bits);
		timer.start();
		while (ck_bitmap_next(bits, &iterator, &i)) {
			total += i;
			timer.stop(operation++);
			timer.start();
		}
		return total;
	}

private:
	ck_bitmap_t *bits;
};

struct BitsWork {
	using Input = BitsInput;
	static constexpr bool changes = false;
	template <class Bits>
	static void prepare(Bits &bits, const Input &input)
	{
		for (uint32_t i : input.ones)
			bits.insert(i);
	}
};

struct BitsContains : BitsWork {
	template <class Bits, class Timer>
	static uint64_t run(Bits &bits, const Input &input, Timer timer)
	{
		uint64_t found = 0;
		size_t operation = 0;

		for (uint32_t i : input.anywhere) {
			timer.start();
			found += bits.contains(i);
			timer.stop(operation++);
		}
		return found;
	}
};

/* All of some bits are taken out and put in again. */
struct BitsChange : BitsWork {
	template <class Bits, class Timer>
	static uint64_t run(Bits &bits, const Input &input, Timer timer)
	{
		uint64_t done = 0;
		size_t operation = 0;

		for (uint32_t i : input.anywhere) {
			timer.start();
			done += bits.remove(i);
			timer.stop(operation++);
		}
		for (uint32_t i : input.anywhere) {
			timer.start();
			done += bits.insert(i);
			timer.stop(operation++);
		}
		return done;
	}
};

struct BitsIterate : BitsWork {
	template <class Bits, class Timer>
	static uint64_t run(Bits &bits, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			total += bits.sum(timer, operation);
			forget();
		}
		return total;
	}
};

template <size_t size, class Workload>
Task task(const char *name, const char *label, const BitsInput &input, size_t operations)
{
	Work<Workload> work("bitset", name, label, input, operations);

	work.template add<Budgetmem<size>>("budgetmem")
		.template add<Array>("array")
		.template add<Libstdcxx<size>>("libstdc++")
		.template add<Boost>("boost")
		.template add<ConcurrencyKit>("ck");
	return std::move(work);
}

template <size_t size>
void measure_size(Runner &runner, const char *label)
{
	BitsInput input;
	Random random(size);

	if (!runner.wants("bitset", label))
		return;
	input.count = size;
	for (size_t i = 0; i < size; i += 5)
		input.ones.push_back(static_cast<uint32_t>(
			i + random.below(std::min(size - i, size_t(5)))));
	for (size_t i = 0; i < 200000; i++)
		input.anywhere.push_back(static_cast<uint32_t>(random.below(size)));
	input.passes = passes_of(input.ones.size());
	runner.measure(task<size, BitsContains>("contains", label, input,
						input.anywhere.size()));
	runner.measure(task<size, BitsChange>("remove-insert", label, input,
					      2 * input.anywhere.size()));
	runner.measure(task<size, BitsIterate>("iterate", label, input,
					       input.ones.size() * input.passes));
}

} /* namespace */

void measure_bitset(Runner &runner)
{
	runner.report("bitset", "overhead", "-", "budgetmem", BM_BYTES(bits_1k) - 1024 / 8);
	measure_size<1024>(runner, "1k");
	measure_size<65536>(runner, "64k");
	measure_size<1048576>(runner, "1M");
}

} /* namespace bench */
