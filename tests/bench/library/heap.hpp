// SPDX-License-Identifier: MIT
/*
 * heap.hpp: the heaps of others, side by side
 *
 * The libraries of jemalloc and mimalloc both want to be the malloc() of the whole
 * program, which stays glibc's here. Of jemalloc a library of our own (jemalloc.c)
 * shows two functions and hides the rest; mimalloc's is loaded at run time, where
 * nobody sees its malloc(), and its own names are looked up.
 */
#ifndef BUDGETMEM_BENCH_HEAP_HPP
#define BUDGETMEM_BENCH_HEAP_HPP

#include "bench.hpp"

#include <dlfcn.h>

extern "C" void *peer_jemalloc_malloc(size_t size);
extern "C" void peer_jemalloc_free(void *memory);

namespace bench {

struct Glibc {
	void *allocate(size_t size) { return std::malloc(size); }
	void release(void *memory) { std::free(memory); }
};

struct Jemalloc {
	void *allocate(size_t size) { return peer_jemalloc_malloc(size); }
	void release(void *memory) { peer_jemalloc_free(memory); }
};

class Mimalloc {
public:
	Mimalloc()
	{
		void *library = dlopen("libmimalloc.so.2.0",
				       RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);

		if (!library)
			fail(dlerror());
		malloc_function = reinterpret_cast<void *(*)(size_t)>(
			dlsym(library, "mi_malloc"));
		free_function = reinterpret_cast<void (*)(void *)>(
			dlsym(library, "mi_free"));
		if (!malloc_function || !free_function)
			fail("mimalloc has no mi_malloc and mi_free");
	}
	void *allocate(size_t size) { return malloc_function(size); }
	void release(void *memory) { free_function(memory); }

private:
	void *(*malloc_function)(size_t);
	void (*free_function)(void *);
};

} /* namespace bench */

#endif /* BUDGETMEM_BENCH_HEAP_HPP */
