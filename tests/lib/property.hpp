// SPDX-License-Identifier: MIT
/*
 * property.hpp: properties as cases of the Test Anything Protocol
 *
 * A property is a function of random input that rapidcheck makes up and, if the
 * property fails, makes as small as it can. What it found, and the seed to find it
 * again (RC_PARAMS="reproduce=..."), comes as notes.
 */
#ifndef BUDGETMEM_TESTS_PROPERTY_HPP
#define BUDGETMEM_TESTS_PROPERTY_HPP

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include <budgetmem/budgetmem.h>

struct property {
	std::string name;
	void (*body)();
};

/* Runs all of them. The exit status is 0 only if all held. */
inline int run_properties(const std::vector<property> &properties)
{
	unsigned int number = 0;
	bool all = true;

	std::cout << "1.." << properties.size() << std::endl;
	for (const property &each : properties) {
		std::ostringstream notes;
		std::streambuf *terminal = std::cerr.rdbuf(notes.rdbuf());
		bool held = rc::check(each.name, each.body);
		std::istringstream lines(notes.str());
		std::string line;

		std::cerr.rdbuf(terminal);
		all = all && held;
		while (!held && std::getline(lines, line))
			std::cout << "# " << line << "\n";
		std::cout << (held ? "ok " : "not ok ") << ++number << " - "
			  << each.name << std::endl;
	}
	return all ? EXIT_SUCCESS : EXIT_FAILURE;
}

/*
 * A fresh region that ends where its allocation ends, so that the address
 * sanitizer sees the first byte beyond.
 */
class scratch {
public:
	explicit scratch(size_t size)
	{
		void *base = nullptr;

		if (posix_memalign(&base, BM_REGION_ALIGNMENT, size))
			throw std::bad_alloc();
		std::memset(base, 0, size);
		region.base = base;
		region.size = size;
	}

	~scratch() { std::free(region.base); }
	scratch(const scratch &) = delete;
	scratch &operator=(const scratch &) = delete;

	unsigned char *bytes() const
	{
		return static_cast<unsigned char *>(region.base);
	}

	bm_region region;
};

/* The layout is sound, and says otherwise what is not. */
inline void check_layout(const scratch &where)
{
	bm_mismatch mismatch = { nullptr, 0, 0 };
	char text[BM_MISMATCH_TEXT_SIZE];

	if (bm_layout_invariants(where.region, &mismatch))
		RC_FAIL(bm_mismatch_text(&mismatch, text));
}

#endif /* BUDGETMEM_TESTS_PROPERTY_HPP */
