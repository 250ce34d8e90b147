// SPDX-License-Identifier: MIT
/*
 * step.hpp: a random sequence of operations
 *
 * A step is three numbers; the model decides what they mean. Small numbers are
 * frequent, so that operations meet each other.
 */
#ifndef BUDGETMEM_TESTS_STEP_HPP
#define BUDGETMEM_TESTS_STEP_HPP

#include "property.hpp"

struct step {
	unsigned int verb;
	uint32_t place;
	uint64_t value;
};

inline std::ostream &operator<<(std::ostream &out, const step &s)
{
	return out << "{" << s.verb << ", " << s.place << ", " << s.value << "}";
}

namespace rc {

template <>
struct Arbitrary<step> {
	static Gen<step> arbitrary()
	{
		return gen::build<step>(
			gen::set(&step::verb, gen::inRange(0u, 1000u)),
			gen::set(&step::place, gen::arbitrary<uint32_t>()),
			gen::set(&step::value, gen::arbitrary<uint64_t>()));
	}
};

} // namespace rc

/* Up to @most steps, however small rapidcheck's idea of size is at the moment. */
inline std::vector<step> random_steps(size_t most)
{
	size_t count = *rc::gen::inRange<size_t>(0, most);

	return *rc::gen::container<std::vector<step>>(count,
						      rc::gen::arbitrary<step>());
}

#endif /* BUDGETMEM_TESTS_STEP_HPP */
