// SPDX-License-Identifier: MIT
/*
 * string.cpp: text that grows
 *
 * A contender is made for input.size bytes and has append(text, size), push (one
 * character) and clear. "array" is what one writes by hand: an array, a length, a
 * comparison and memcpy(). This library checks for UTF-8, and no other does.
 */
#include "subjects.hpp"

#include <boost/static_string/static_string.hpp>
#include <glib.h>
#include <utstring.h>

namespace bench {

namespace {

/* All of the text, cut into pieces. */
struct StringInput {
	size_t size;
	std::string text;
	std::vector<size_t> lengths;
	size_t passes;
};

BM_STRING(string_1k, 1024)
BM_STRING(string_64k, 65536)
BM_STRING(string_1m, 1048576)

template <class Handle, size_t bytes, auto create, auto append_bytes, auto push_character,
	  auto clear_all>
class Typed {
public:
	explicit Typed(const StringInput &) : memory(bytes)
	{
		must(create(&string, memory.region, "string"), "create");
	}
	bool append(const char *text, size_t size)
	{
		return !append_bytes(&string, text, size);
	}
	bool push(char c)
	{
		return !push_character(&string, static_cast<unsigned char>(c));
	}
	void clear() { clear_all(&string); }

private:
	Region memory;
	Handle string;
};

template <size_t size>
struct Budgetmem;
template <>
struct Budgetmem<1024>
	: Typed<string_1k, BM_BYTES(string_1k), string_1k_create, string_1k_append_bytes,
		string_1k_push, string_1k_clear> {
	using Typed::Typed;
};
template <>
struct Budgetmem<65536>
	: Typed<string_64k, BM_BYTES(string_64k), string_64k_create,
		string_64k_append_bytes, string_64k_push, string_64k_clear> {
	using Typed::Typed;
};
template <>
struct Budgetmem<1048576>
	: Typed<string_1m, BM_BYTES(string_1m), string_1m_create, string_1m_append_bytes,
		string_1m_push, string_1m_clear> {
	using Typed::Typed;
};

class Array {
public:
	explicit Array(const StringInput &input)
		: bytes(new char[input.size]), capacity(input.size)
	{
	}
	bool append(const char *text, size_t size)
	{
		if (size > capacity - len)
			return false;
		std::memcpy(bytes.get() + len, text, size);
		len += size;
		return true;
	}
	bool push(char c)
	{
		if (len == capacity)
			return false;
		bytes[len++] = c;
		return true;
	}
	void clear() { len = 0; }

private:
	std::unique_ptr<char[]> bytes;
	size_t capacity;
	size_t len = 0;
};

template <class String>
class Standard {
public:
	explicit Standard(const StringInput &input) { string.reserve(input.size); }
	bool append(const char *text, size_t size)
	{
		string.append(text, size);
		return true;
	}
	bool push(char c)
	{
		string.push_back(c);
		return true;
	}
	void clear() { string.clear(); }

private:
	String string;
};

/* boost's static_string has its text in itself and cannot be told a size. */
template <size_t size>
struct Static : Standard<boost::static_strings::static_string<size>> {
	using Standard<boost::static_strings::static_string<size>>::Standard;
};

class GLib {
public:
	explicit GLib(const StringInput &input) : string(g_string_sized_new(input.size)) {}
	~GLib() { g_string_free(string, true); }
	bool append(const char *text, size_t size)
	{
		g_string_append_len(string, text, static_cast<gssize>(size));
		return true;
	}
	bool push(char c)
	{
		g_string_append_c(string, c);
		return true;
	}
	void clear() { g_string_truncate(string, 0); }

private:
	GString *string;
};

/* With the check that GLib leaves to the caller. */
class CheckedGLib : public GLib {
public:
	using GLib::GLib;
	bool append(const char *text, size_t size)
	{
		return g_utf8_validate_len(text, size, nullptr) && GLib::append(text, size);
	}
	bool push(char c)
	{
		return g_utf8_validate_len(&c, 1, nullptr) && GLib::push(c);
	}
};

class Uthash {
public:
	explicit Uthash(const StringInput &input)
	{
		utstring_new(string);
		utstring_reserve(string, input.size + 1);
	}
	~Uthash() { utstring_free(string); }
	bool append(const char *text, size_t size)
	{
		utstring_bincpy(string, text, size);
		return true;
	}
	bool push(char c)
	{
		utstring_bincpy(string, &c, 1);
		return true;
	}
	void clear() { utstring_clear(string); }

private:
	UT_string *string;
};

struct StringWork {
	using Input = StringInput;
	static constexpr bool changes = false;
	template <class String>
	static void prepare(String &, const Input &) {}
};

struct StringAppend : StringWork {
	template <class String, class Timer>
	static uint64_t run(String &string, const Input &input, Timer timer)
	{
		uint64_t appended = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			const char *next = input.text.data();

			string.clear();
			for (size_t length : input.lengths) {
				timer.start();
				appended += string.append(next, length);
				timer.stop(operation++);
				next += length;
			}
			forget();
		}
		return appended;
	}
};

struct StringPush : StringWork {
	template <class String, class Timer>
	static uint64_t run(String &string, const Input &input, Timer timer)
	{
		uint64_t pushed = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			string.clear();
			for (char c : input.text) {
				timer.start();
				pushed += string.push(c);
				timer.stop(operation++);
			}
			forget();
		}
		return pushed;
	}
};

template <size_t size, class Workload>
Task task(const char *name, const char *label, const StringInput &input, size_t operations)
{
	Work<Workload> work("string", name, label, input, operations);

	work.template add<Budgetmem<size>>("budgetmem")
		.template add<Array>("array")
		.template add<Standard<std::string>>("libstdc++")
		.template add<Static<size>>("boost static")
		.template add<GLib>("glib")
		.template add<CheckedGLib>("glib checked")
		.template add<Uthash>("uthash");
	return std::move(work);
}

template <size_t size>
void measure_lengths(Runner &runner, const char *name, const char *label, size_t least,
		     size_t most)
{
	StringInput input;
	Random random(size);
	size_t left = size;

	input.size = size;
	while (left >= most) {
		input.lengths.push_back(least + random.below(most - least + 1));
		left -= input.lengths.back();
	}
	for (size_t i = 0; i < size; i++)
		input.text.push_back(static_cast<char>('a' + random.below(26)));
	input.passes = passes_of(input.lengths.size());
	runner.measure(task<size, StringAppend>(name, label, input,
						input.lengths.size() * input.passes));
}

template <size_t size>
void measure_size(Runner &runner, const char *label)
{
	StringInput input = { size, std::string(size, 'x'), {}, passes_of(size) };

	if (!runner.wants("string", label))
		return;
	measure_lengths<size>(runner, "append,1-16", label, 1, 16);
	measure_lengths<size>(runner, "append,100-200", label, 100, 200);
	runner.measure(task<size, StringPush>("push", label, input, size * input.passes));
}

} /* namespace */

void measure_string(Runner &runner)
{
	runner.report("string", "overhead", "-", "budgetmem", BM_BYTES(string_1k) - 1024);
	measure_size<1024>(runner, "1k");
	measure_size<65536>(runner, "64k");
	measure_size<1048576>(runner, "1M");
}

} /* namespace bench */
