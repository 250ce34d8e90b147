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
 *	integrity.h	how often a collection is checked
 *	plan.h		what a program needs, summed before it runs
 *
 *	vec.h		elements one behind the other; vec-order.h sorts them
 *	string.h	text in UTF-8
 *	deque.h		elements that come and go at both ends
 *	queue.h		first in, first out
 *	stack.h		last in, first out
 *	history.h	the newest elements; the oldest make room
 *	sorted-list.h	elements always in order
 *	map.h		values by key
 *	set.h		keys
 *	string-map.h	values by text
 *	index-map.h	values by key, in the order in which the keys came
 *	sorted-map.h	values by key, the keys in order
 *	linear-map.h	values by key, for few keys
 *	lru.h		values by key; those unused for longest make room
 *	bitset.h	bits
 *	priority-queue.h	the first by an order is at hand
 *	slot-map.h	elements by handle
 *
 *	arena.h		memory that is given back all at once
 *	blocks.h	memory in blocks of one size
 *	heap.h		memory in blocks of any size; heap-cache.h for threads
 *	guard.h		a known pattern between objects
 *	hash.h		keyed hashes
 *
 * Each of them stands alone. The others here are the insides of some of these.
 */
#ifndef BUDGETMEM_BUDGETMEM_H
#define BUDGETMEM_BUDGETMEM_H

#include <budgetmem/arena.h>
#include <budgetmem/bitset.h>
#include <budgetmem/blocks.h>
#include <budgetmem/client.h>
#include <budgetmem/deque.h>
#include <budgetmem/guarantee.h>
#include <budgetmem/guard.h>
#include <budgetmem/hash.h>
#include <budgetmem/heap-cache.h>
#include <budgetmem/heap.h>
#include <budgetmem/history.h>
#include <budgetmem/index-map.h>
#include <budgetmem/integrity.h>
#include <budgetmem/layout.h>
#include <budgetmem/linear-map.h>
#include <budgetmem/lru.h>
#include <budgetmem/map-core.h>
#include <budgetmem/map-declare.h>
#include <budgetmem/map-places.h>
#include <budgetmem/map.h>
#include <budgetmem/object.h>
#include <budgetmem/plan.h>
#include <budgetmem/pool.h>
#include <budgetmem/priority-queue.h>
#include <budgetmem/queue.h>
#include <budgetmem/region.h>
#include <budgetmem/set.h>
#include <budgetmem/slot-map.h>
#include <budgetmem/sorted-list.h>
#include <budgetmem/sorted-map.h>
#include <budgetmem/stack.h>
#include <budgetmem/string-map.h>
#include <budgetmem/string.h>
#include <budgetmem/tags.h>
#include <budgetmem/vec-order.h>
#include <budgetmem/vec.h>

#endif /* BUDGETMEM_BUDGETMEM_H */
