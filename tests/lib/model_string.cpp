// SPDX-License-Identifier: MIT
/*
 * model_string.cpp: a string does what a vector of characters does, up to its
 * capacity in bytes
 */
#include "step.hpp"

namespace {

/* Of each size, the first and the last of each range, and what is none. */
const uint32_t characters[] = {
	0, 'a', 'b', 0x7f, 0x80, 0xe4, 0x7ff, 0x800, 0x20ac, 0xd7ff, 0xe000,
	0xffff, 0x10000, 0x1f600, 0x10ffff,
};
const uint32_t no_characters[] = { 0xd800, 0xdfff, 0x110000, 0xffffffff };

/* RFC 3629, written once more and as differently as can be. */
std::string encode(uint32_t c)
{
	auto byte = [](uint32_t b) { return static_cast<char>(b); };

	if (c < 0x80)
		return { byte(c) };
	if (c < 0x800)
		return { byte(0xc0 | c >> 6), byte(0x80 | (c & 0x3f)) };
	if (c < 0x10000)
		return { byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 0x3f)),
			 byte(0x80 | (c & 0x3f)) };
	return { byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 0x3f)),
		 byte(0x80 | (c >> 6 & 0x3f)), byte(0x80 | (c & 0x3f)) };
}

uint32_t pick(uint64_t value)
{
	return characters[value % (sizeof(characters) / sizeof(characters[0]))];
}

/* Zero to seven characters, none of them 0. */
std::string pick_text(uint64_t value)
{
	std::string text;

	for (uint64_t count = value % 8; count--; value /= 14)
		text += encode(characters[1 + value % 14]);
	return text;
}

#define TESTED_STRING(string_name, N)					\
	BM_STRING(string_name, N)					\
	struct tested_##string_name {					\
		static constexpr size_t bytes = BM_BYTES(string_name);	\
		static constexpr size_t most = N;			\
		string_name s;						\
		int create(bm_region r) { return string_name##_create(&s, r, "s"); } \
		int push(uint32_t c) { return string_name##_push(&s, c); } \
		int pop(uint32_t *c) { return string_name##_pop(&s, c); } \
		int append(const std::string &t)			\
		{							\
			return string_name##_append(&s, t.c_str());	\
		}							\
		int append_bytes(const std::string &t)			\
		{							\
			return string_name##_append_bytes(&s, t.data(), t.size()); \
		}							\
		int append_format(const std::string &t, int number)	\
		{							\
			return string_name##_append_format(&s, "<%s %d>", \
							   t.c_str(), number); \
		}							\
		int get(size_t o, uint32_t *c) { return string_name##_get(&s, o, c); } \
		int first(uint32_t *c) { return string_name##_first(&s, c); } \
		int last(uint32_t *c) { return string_name##_last(&s, c); } \
		int next(size_t *o, uint32_t *c) { return string_name##_next(&s, o, c); } \
		int insert(size_t o, const std::string &t)		\
		{							\
			return string_name##_insert(&s, o, t.c_str());	\
		}							\
		int remove(size_t o, size_t n) { return string_name##_remove(&s, o, n); } \
		bool contains(const std::string &t)			\
		{							\
			return string_name##_contains(&s, t.c_str());	\
		}							\
		int compare(const std::string &t)			\
		{							\
			return string_name##_compare(&s, t.c_str());	\
		}							\
		int copy(char *b, size_t n) { return string_name##_copy(&s, b, n); } \
		const char *data() { return string_name##_data(&s); }	\
		void clear() { string_name##_clear(&s); }		\
		size_t len() { return string_name##_len(&s); }		\
		bool is_full() { return string_name##_is_full(&s); }	\
		int repair() { return string_name##_repair(&s); }	\
		int invariants() { return string_name##_invariants(&s); } \
	};

TESTED_STRING(single, 1)
TESTED_STRING(some, 24)
TESTED_STRING(many, 300)

template <typename S>
class pair_of_strings {
public:
	pair_of_strings() : where(BM_REGION_OVERHEAD + S::bytes)
	{
		RC_ASSERT(ours.create(where.region) == 0);
	}

	void take(const step &s)
	{
		switch (s.verb % 14) {
		case 0: case 1: case 2:
			add(ours.push(pick(s.value)), encode(pick(s.value)));
			break;
		case 3: case 4:
			pop();
			break;
		case 5:
			add(ours.append(pick_text(s.value)), pick_text(s.value));
			break;
		case 6:
			add_bytes(s.value);
			break;
		case 7:
			add_formatted(s.value, static_cast<int>(s.place % 1000));
			break;
		case 8: case 9:
			insert(s.place % (model.size() + 2), pick_text(s.value));
			break;
		case 10: case 11:
			remove(s.place % (model.size() + 2), s.value % 9);
			break;
		case 12:
			refuse(s.value);
			break;
		default:
			if (s.value % 8 == 0)
				clear();
		}
		compare(pick_text(s.place));
	}

private:
	bool is_boundary(size_t offset) const
	{
		return offset >= model.size() || (model[offset] & 0xc0) != 0x80;
	}

	void add(int err, const std::string &text)
	{
		if (model.size() + text.size() > S::most) {
			RC_ASSERT(err == -ENOSPC);
			refused++;
			return;
		}
		RC_ASSERT(err == 0);
		model += text;
	}

	void add_bytes(uint64_t value)
	{
		std::string text = pick_text(value) + encode(0);

		add(ours.append_bytes(text), text);
	}

	void add_formatted(uint64_t value, int number)
	{
		std::string text = pick_text(value);

		add(ours.append_format(text, number),
		    "<" + text + " " + std::to_string(number) + ">");
	}

	void refuse(uint64_t value)
	{
		std::string half = encode(0x20ac).substr(0, 1 + value % 2);

		RC_ASSERT(ours.push(no_characters[value % 4]) == -EILSEQ);
		RC_ASSERT(ours.append(half) == -EILSEQ);
		RC_ASSERT(ours.append_bytes(half + "a") == -EILSEQ);
		RC_ASSERT(ours.insert(0, half) == -EILSEQ);
		if (model.size() + half.size() + 4 <= S::most)
			RC_ASSERT(ours.append_format(half, 1) == -EILSEQ);
		RC_ASSERT(ours.repair() == 0);
	}

	size_t start_of_last() const
	{
		size_t start = model.size() - 1;

		while (!is_boundary(start))
			start--;
		return start;
	}

	void pop()
	{
		uint32_t got = 99;

		if (model.empty()) {
			RC_ASSERT(ours.pop(&got) == -ENOENT);
			RC_ASSERT(got == 99u);
			return;
		}
		RC_ASSERT(ours.pop(&got) == 0);
		RC_ASSERT(encode(got) == model.substr(start_of_last()));
		model.resize(start_of_last());
	}

	void insert(size_t offset, const std::string &text)
	{
		int err = ours.insert(offset, text);

		if (offset > model.size()) {
			RC_ASSERT(err == -ERANGE);
		} else if (!is_boundary(offset)) {
			RC_ASSERT(err == -EILSEQ);
		} else if (model.size() + text.size() > S::most) {
			RC_ASSERT(err == -ENOSPC);
			refused++;
		} else {
			RC_ASSERT(err == 0);
			model.insert(offset, text);
		}
	}

	void remove(size_t offset, size_t size)
	{
		int err = ours.remove(offset, size);

		if (offset + size > model.size()) {
			RC_ASSERT(err == -ERANGE);
		} else if (!is_boundary(offset) || !is_boundary(offset + size)) {
			RC_ASSERT(err == -EILSEQ);
		} else {
			RC_ASSERT(err == 0);
			model.erase(offset, size);
		}
	}

	void clear()
	{
		ours.clear();
		model.clear();
	}

	void compare(const std::string &other)
	{
		std::vector<char> copy(model.size() + 1);

		RC_ASSERT(ours.len() == model.size());
		RC_ASSERT(ours.is_full() == (model.size() == S::most));
		RC_ASSERT(ours.copy(copy.data(), model.size()) == -ENOSPC);
		RC_ASSERT(ours.copy(copy.data(), copy.size()) == 0);
		RC_ASSERT(std::string(copy.data(), model.size()) == model);
		RC_ASSERT(std::string(ours.data(), model.size()) == model);
		RC_ASSERT(ours.contains(other) ==
			  (model.find(other) != std::string::npos));
		RC_ASSERT(sign(ours.compare(other)) == sign(model.compare(other)));
		compare_characters();
		RC_ASSERT(ours.invariants() == 0);
		RC_ASSERT(ours.s.string.object->refused == refused);
		check_layout(where);
	}

	static int sign(int order)
	{
		return (order > 0) - (order < 0);
	}

	void compare_characters()
	{
		std::string all;
		size_t offset = 0;
		uint32_t c;
		uint32_t got;

		while (offset < model.size()) {
			RC_ASSERT(ours.get(offset, &got) == 0);
			RC_ASSERT(ours.next(&offset, &c) == 0);
			RC_ASSERT(c == got);
			all += encode(c);
			if (!is_boundary(offset - 1))
				RC_ASSERT(ours.get(offset - 1, &got) == -EILSEQ);
		}
		RC_ASSERT(all == model);
		RC_ASSERT(ours.next(&offset, &c) == -ENOENT);
		RC_ASSERT(ours.get(offset, &c) == -ERANGE);
		RC_ASSERT(ours.first(&c) == (model.empty() ? -ENOENT : 0));
		RC_ASSERT(ours.last(&c) == (model.empty() ? -ENOENT : 0));
		if (!model.empty())
			RC_ASSERT(encode(c) == model.substr(start_of_last()));
	}

	scratch where;
	S ours;
	std::string model;
	uint32_t refused = 0;
};

template <typename S>
void follows_the_model()
{
	pair_of_strings<S> both;

	for (const step &s : random_steps(200))
		both.take(s);
}

} // namespace

int main()
{
	return run_properties({
		{ "string of one byte", follows_the_model<tested_single> },
		{ "string of 24 bytes", follows_the_model<tested_some> },
		{ "string of 300 bytes", follows_the_model<tested_many> },
	});
}
