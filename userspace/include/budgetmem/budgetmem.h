/* SPDX-License-Identifier: MIT */
/*
 * budgetmem.h: the whole library
 *
 *	client.h	take part in a budget, lock
 *	pool.h		memory from it
 *	guarantee.h	what a client may rely on
 *	region.h	a pool's bytes, as collections see them
 *	object.h	what all collections have in common: errors, threads
 *	layout.h	named objects in a region
 *	vec.h map.h string.h set.h string-map.h	collections
 *	arena.h		memory that is given back all at once
 *	blocks.h	memory in blocks of one size
 *	guard.h		a known pattern between objects
 *	vec.h map.h string.h	the collections
 *	index-map.h	values by key, in the order in which the keys came
 *	lru.h		values by key; those unused for longest make room
 *	deque.h queue.h		elements that come and go at both ends, or as in a line
 *	stack.h history.h	last in, first out; the newest elements
 *	vec.h map.h string.h bitset.h	the collections
 *	vec.h map.h string.h bitset.h priority-queue.h	the collections
 *	vec.h map.h string.h bitset.h priority-queue.h slot-map.h	the collections
 *	vec-order.h	sorting a vec
 *	linear-map.h	values by key, for few keys
 *	sorted-list.h	elements always in order
 *	sorted-map.h	values by key, the keys in order
 *	heap.h		memory of any size
 *	heap-cache.h	the same for many threads
 *	plan.h		what a program needs, summed before it runs
 *	map-core.h tags.h map-places.h	what the maps have in common
 *	hash.h		keyed hashes
 *	integrity.h	how often a collection is checked
 *
 * Each of them stands alone.
 */
#ifndef BUDGETMEM_BUDGETMEM_H
#define BUDGETMEM_BUDGETMEM_H

#include <budgetmem/arena.h>
#include <budgetmem/blocks.h>
#include <budgetmem/bitset.h>
#include <budgetmem/client.h>
#include <budgetmem/deque.h>
#include <budgetmem/guarantee.h>
#include <budgetmem/guard.h>
#include <budgetmem/hash.h>
#include <budgetmem/history.h>
#include <budgetmem/index-map.h>
#include <budgetmem/integrity.h>
#include <budgetmem/heap-cache.h>
#include <budgetmem/heap.h>
#include <budgetmem/layout.h>
#include <budgetmem/lru.h>
#include <budgetmem/map-core.h>
#include <budgetmem/linear-map.h>
#include <budgetmem/map-places.h>
#include <budgetmem/map.h>
#include <budgetmem/object.h>
#include <budgetmem/plan.h>
#include <budgetmem/pool.h>
#include <budgetmem/queue.h>
#include <budgetmem/priority-queue.h>
#include <budgetmem/region.h>
#include <budgetmem/set.h>
#include <budgetmem/string-map.h>
#include <budgetmem/stack.h>
#include <budgetmem/slot-map.h>
#include <budgetmem/sorted-list.h>
#include <budgetmem/sorted-map.h>
#include <budgetmem/string.h>
#include <budgetmem/tags.h>
#include <budgetmem/vec-order.h>
#include <budgetmem/vec.h>

#endif /* BUDGETMEM_BUDGETMEM_H */
