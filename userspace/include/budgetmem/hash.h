/* SPDX-License-Identifier: MIT */
/*
 * hash.h: keyed hashes
 *
 * Keyed, so that nobody who does not know the seed can choose keys that collide:
 *
 *	bytes		SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast
 *			short-input PRF", 2012; 1 round a block, 3 at the end)
 *	integers	(a * x + b) mod 2^128 with a secret a and b of 128 bits, the
 *			upper 64 bits of it: strongly universal (Dietzfelbinger,
 *			1996), any two keys collide as rarely as chance has it. A
 *			fixed one-to-one mixing step follows: it keeps that, and
 *			keys in regular steps do not land in regular steps.
 *
 * The seed is as secret as the memory that it is stored in: whoever can read a
 * pool can read the seeds of its maps.
 *
 * Thread-safe: no function here has state. The results are the same on every
 * machine, for keys with the same bytes or, of integers, the same value.
 */
#ifndef BUDGETMEM_HASH_H
#define BUDGETMEM_HASH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct bm_hash_key - what bm_hash_key_init() makes of a seed
 * @word: the secret, 256 bits
 */
struct bm_hash_key {
	uint64_t word[4];
};

/**
 * bm_hash_key_init() - expand a seed
 * @key: receives the key, the caller's
 * @seed: any number; the same seed gives the same key
 *
 * O(1).
 */
void bm_hash_key_init(struct bm_hash_key *key, uint64_t seed);

/**
 * bm_hash_bytes() - hash of a run of bytes: SipHash-1-3
 * @key: the key
 * @bytes: the bytes, read once, in order
 * @size: number of bytes, 0 is allowed
 *
 * O(@size).
 *
 * Return: the hash
 */
uint64_t bm_hash_bytes(const struct bm_hash_key *key, const void *bytes,
		       size_t size);

/**
 * bm_hash_seed() - seed that others cannot guess
 * @purpose: any bytes, by which seeds of one process differ; bm_map_create()
 *	takes the address and the name of the map
 * @size: number of bytes
 * @seed: receives the seed
 *
 * Made from the 16 random bytes that the kernel hands to every program at its
 * start (AT_RANDOM, see getauxval(3)), through SipHash-1-3. No system call, no
 * state. After fork() the child has the bytes of its parent: for the same
 * purpose it gets the same seed. O(@size).
 *
 * Return: 0, or
 *	-ENOSYS	the kernel handed no random bytes to this program
 */
int bm_hash_seed(const void *purpose, size_t size, uint64_t *seed);

/**
 * bm_hash_type() - number that tells types apart
 * @spelling: the type as its author wrote it; blanks count
 * @size: bytes of the type
 * @alignment: bytes
 *
 * Not keyed: a type has one number in every process. O(length of @spelling).
 *
 * Return: the number
 */
uint32_t bm_hash_type(const char *spelling, size_t size, size_t alignment);

/* Upper half of the product; __int128 is not everywhere and not in ISO C. */
static inline uint64_t bm_hash_multiply_high(uint64_t a, uint64_t b)
{
	uint64_t low = (a & 0xffffffffu) * (b & 0xffffffffu);
	uint64_t middle = (a >> 32) * (b & 0xffffffffu) + (low >> 32);
	uint64_t other = (a & 0xffffffffu) * (b >> 32) +
			 (middle & 0xffffffffu);

	return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
}

/**
 * bm_hash_integer() - hash of an integer
 * @key: the key
 * @value: the integer
 *
 * O(1).
 *
 * Return: the hash
 */
static inline uint64_t bm_hash_integer(const struct bm_hash_key *key,
				       uint64_t value)
{
	uint64_t low = key->word[0] * value;
	uint64_t sum = low + key->word[2];
	uint64_t high = bm_hash_multiply_high(key->word[0], value) +
			key->word[1] * value + key->word[3] + (sum < low);

	high ^= high >> 32;
	high *= UINT64_C(0x9e3779b97f4a7c15);
	return high ^ high >> 29;
}

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_HASH_H */
