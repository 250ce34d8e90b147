/* SPDX-License-Identifier: MIT */
/*
 * hash.h: keyed hashes
 *
 * Keyed, so that nobody who does not know the seed can choose keys that collide:
 *
 *	bytes		SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast
 *			short-input PRF", 2012; 1 round a block, 3 at the end)
 *	short bytes	up to 64, a fifth of the time: NH (Black and others: "UMAC: fast
 *			and secure message authentication", 1999) over words of 64
 *			bits: any two inputs have the same 128 bits for at most one in
 *			2^64 seeds. These are multiplied and folded as integers are
 *	integers	both halves of the product (x + a) * b, 128 bits, with a secret
 *			a and b of 64 bits each, b odd, one exclusive-ored with the
 *			other, times an odd constant. No proof says that nobody can
 *			choose keys that collide who knows neither seed nor hashes;
 *			nobody is known to, and a map is right, if slow, with any keys
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
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Words of a secret: two for integers, two and eight for bytes. */
#define BM_HASH_WORDS		12

/* Most bytes that bm_hash_short() hashes by itself. */
#define BM_HASH_SHORT_MAX	64

/**
 * struct bm_hash_key - what bm_hash_key_init() makes of a seed
 * @word: the secret
 */
struct bm_hash_key {
	uint64_t word[BM_HASH_WORDS];
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

/* Both halves of a product: __int128 is not everywhere and not in ISO C. */
static inline uint64_t bm_hash_multiply_(uint64_t a, uint64_t b, uint64_t *high)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	*high = (uint64_t)(product >> 64);
	return (uint64_t)product;
#else
	uint64_t low = (a & 0xffffffffu) * (b & 0xffffffffu);
	uint64_t middle = (a >> 32) * (b & 0xffffffffu) + (low >> 32);
	uint64_t other = (a & 0xffffffffu) * (b >> 32) +
			 (middle & 0xffffffffu);

	*high = (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
	return a * b;
#endif
}

/* Every bit of both factors has its say in every bit of the result. */
static inline uint64_t bm_hash_fold_(uint64_t a, uint64_t b)
{
	uint64_t high;
	uint64_t low = bm_hash_multiply_(a, b, &high);

	return low ^ high;
}

/*
 * Odd, and its bits look random. Without this factor the upper half of the hashes of
 * x, x + s, x + 2s and so on are in steps too; for one seed in forty these steps meet
 * the same few places of a table again and again.
 */
#define BM_HASH_SPREAD_		UINT64_C(0x9e3779b97f4a7c15)

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
	return bm_hash_fold_(value + key->word[0], key->word[1]) *
	       BM_HASH_SPREAD_;
}

/* Little-endian on every machine. */
static inline uint64_t bm_hash_load_(const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

static inline uint32_t bm_hash_load_half_(const unsigned char *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap32(word);
#endif
	return word;
}

/**
 * struct bm_hash_sum_ - a sum of products, 128 bits
 * @low: lower half
 * @high: upper half
 */
struct bm_hash_sum_ {
	uint64_t low;
	uint64_t high;
};

static inline void bm_hash_add_(struct bm_hash_sum_ *sum,
				const uint64_t *secret, uint64_t a, uint64_t b)
{
	uint64_t high;
	uint64_t low = bm_hash_multiply_(a + secret[0], b + secret[1], &high);

	sum->low += low;
	sum->high += high + (sum->low < low);
}

/* The whole of at most 16 bytes, whose ends may overlap. */
static inline void bm_hash_add_few_(struct bm_hash_sum_ *sum,
				    const uint64_t *secret,
				    const unsigned char *bytes, size_t size)
{
	uint64_t a = 0;
	uint64_t b = 0;

	if (size >= 8) {
		a = bm_hash_load_(bytes);
		b = bm_hash_load_(bytes + size - 8);
	} else if (size >= 4) {
		a = bm_hash_load_half_(bytes);
		b = bm_hash_load_half_(bytes + size - 4);
	} else if (size) {
		a = bytes[0] | (uint64_t)bytes[size / 2] << 8;
		b = bytes[size - 1];
	}
	bm_hash_add_(sum, secret, a, b);
}

/**
 * bm_hash_short() - hash of a run of bytes, for tables in private use
 * @key: the key
 * @bytes: the bytes
 * @size: number of bytes; beyond BM_HASH_SHORT_MAX it is bm_hash_bytes()
 *
 * Inline: where @size is a constant it is a few multiplications. O(@size).
 *
 * Return: the hash
 */
static inline uint64_t bm_hash_short(const struct bm_hash_key *key,
				     const void *bytes, size_t size)
{
	const unsigned char *next = (const unsigned char *)bytes;
	const uint64_t *secret = key->word + 4;
	struct bm_hash_sum_ sum = { 0, size };
	size_t left = size;

	if (size > BM_HASH_SHORT_MAX)
		return bm_hash_bytes(key, bytes, size);
	for (; left > 16; left -= 16, next += 16, secret += 2)
		bm_hash_add_(&sum, secret, bm_hash_load_(next),
			     bm_hash_load_(next + 8));
	if (size > 16)
		bm_hash_add_(&sum, secret, bm_hash_load_(next + left - 16),
			     bm_hash_load_(next + left - 8));
	else
		bm_hash_add_few_(&sum, secret, next, size);
	return bm_hash_fold_(sum.low + key->word[2], sum.high ^ key->word[3]);
}

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_HASH_H */
