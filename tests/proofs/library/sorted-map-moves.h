/* SPDX-License-Identifier: MIT */
/*
 * sorted-map-moves.h: how numbers and keys of a sorted map are moved, where the library's
 * own way is too much for the model checker
 */
#ifdef SOUND
/* Of accesses the other proofs say all: what is sound is a part of what is any. */
#pragma CPROVER check push
#pragma CPROVER check disable "pointer"
#pragma CPROVER check disable "pointer-overflow"
#pragma CPROVER check disable "bounds"

/*
 * In the place of the library's, which are proved with the states that are not sound:
 * where all places are looked at in turn, the model checker knows each of them.
 */
#define EACH_PLACE(count, most)						\
	for (uint32_t number = 0; number < (count); number++)	\
		for (uint32_t place = 0; place < (most); place++)	\
			for (uint32_t i = 0; i < (most); i++)

static void copy_entries(const struct bm_sorted_map *map, uint32_t to_leaf, uint32_t to,
			 uint32_t from_leaf, uint32_t from, uint32_t count)
{
	uint32_t held[BM_SORTED_MAP_LEAF];
	unsigned char held_keys[BM_SORTED_MAP_LEAF];

	(void)map;
	assert(!count || (to_leaf < LEAVES && to + count <= BM_SORTED_MAP_LEAF));
	assert(!count || (from_leaf < LEAVES && from + count <= BM_SORTED_MAP_LEAF));
	EACH_PLACE(LEAVES, BM_SORTED_MAP_LEAF) {
		if (number != from_leaf || place != from + i)
			continue;
		held[i] = leaves[number].entry[place];
		held_keys[i] = copies[number * BM_SORTED_MAP_LEAF + place];
	}
	EACH_PLACE(LEAVES, BM_SORTED_MAP_LEAF) {
		if (number != to_leaf || place != to + i || i >= count)
			continue;
		leaves[number].entry[place] = held[i];
		copies[number * BM_SORTED_MAP_LEAF + place] = held_keys[i];
	}
}

static void copy_keys(const struct bm_sorted_map *map, uint32_t to_node, uint32_t to,
		      uint32_t from_node, uint32_t from, uint32_t count)
{
	unsigned char held[BM_SORTED_MAP_KEYS_];

	(void)map;
	assert(!count || (to_node < NODES && to + count <= BM_SORTED_MAP_KEYS_));
	assert(!count || (from_node < NODES && from + count <= BM_SORTED_MAP_KEYS_));
	EACH_PLACE(NODES, BM_SORTED_MAP_KEYS_)
		if (number == from_node && place == from + i)
			held[i] = keys[number * BM_SORTED_MAP_KEYS_ + place];
	EACH_PLACE(NODES, BM_SORTED_MAP_KEYS_)
		if (number == to_node && place == to + i && i < count)
			keys[number * BM_SORTED_MAP_KEYS_ + place] = held[i];
}

/* Only children: those of leaves are copied with their keys. */
static void copy_numbers(uint32_t *to, const uint32_t *from, uint32_t count)
{
	uint32_t held[BM_SORTED_MAP_NODE];

	assert(__CPROVER_same_object(to, nodes) && __CPROVER_same_object(from, nodes));
	for (uint32_t i = 0; i < BM_SORTED_MAP_NODE; i++)
		if (i < count)
			held[i] = from[i];
	for (uint32_t i = 0; i < BM_SORTED_MAP_NODE; i++)
		if (i < count)
			to[i] = held[i];
}

static void move_key(unsigned char *to, const unsigned char *from, size_t bytes)
{
	assert(bytes == 1);
	*to = *from;
}

#define memmove(to, from, bytes)	move_key(to, from, bytes)
#else
#define MOST_MOVED	BM_SORTED_MAP_LEAF

/* Moves of a few numbers or keys, in the place of moves of any bytes. */
#define DEFINE_MOVE(name, type)						\
	static void name(type *to, const type *from, size_t bytes)	\
	{								\
		size_t count = bytes / sizeof(type);			\
		type held[MOST_MOVED];					\
									\
		assert(count <= MOST_MOVED);				\
		assert(!count || (__CPROVER_r_ok(from, bytes) &&	\
				  __CPROVER_w_ok(to, bytes)));		\
		for (size_t i = 0; i < MOST_MOVED; i++)			\
			if (i < count)					\
				held[i] = from[i];			\
		for (size_t i = 0; i < MOST_MOVED; i++)			\
			if (i < count)					\
				to[i] = held[i];			\
	}

#pragma CPROVER check push
#pragma CPROVER check disable "pointer"
#pragma CPROVER check disable "pointer-overflow"
#pragma CPROVER check disable "bounds"
DEFINE_MOVE(move_numbers, uint32_t)
DEFINE_MOVE(move_bytes, unsigned char)
#pragma CPROVER check pop

#define memmove(to, from, bytes)					\
	_Generic((to), uint32_t *: move_numbers,			\
		 unsigned char *: move_bytes)(to, from, bytes)

#endif
