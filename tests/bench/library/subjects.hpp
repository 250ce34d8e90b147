// SPDX-License-Identifier: MIT
/* subjects.hpp: what is measured, each in a file of its own. */
#ifndef BUDGETMEM_BENCH_SUBJECTS_HPP
#define BUDGETMEM_BENCH_SUBJECTS_HPP

#include "bench.hpp"

namespace bench {

void measure_heap(Runner &runner);
void measure_blocks(Runner &runner);
void measure_map(Runner &runner);
void measure_vec(Runner &runner);
void measure_string(Runner &runner);
void measure_string_map(Runner &runner);
void measure_slot_map(Runner &runner);
void measure_deque(Runner &runner);
void measure_priority_queue(Runner &runner);
void measure_bitset(Runner &runner);
void measure_integrity(Runner &runner);

} /* namespace bench */

#endif /* BUDGETMEM_BENCH_SUBJECTS_HPP */
