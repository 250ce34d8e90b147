// SPDX-License-Identifier: MIT
/*
 * hash.c: keyed hashes
 *
 * Written from the specification of SipHash; tests/lib compares it with what other
 * implementations compute.
 */
#include <budgetmem/hash.h>

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>

/* Rounds for each block and at the end: SipHash-1-3. */
#define BLOCK_ROUNDS	1
#define FINAL_ROUNDS	3

struct sip {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned int bits)
{
	return x << bits | x >> (64 - bits);
}

static void sip_rounds(struct sip *s, unsigned int rounds)
{
	while (rounds--) {
		s->v0 += s->v1;
		s->v2 += s->v3;
		s->v1 = rotate(s->v1, 13) ^ s->v0;
		s->v3 = rotate(s->v3, 16) ^ s->v2;
		s->v0 = rotate(s->v0, 32);
		s->v2 += s->v1;
		s->v0 += s->v3;
		s->v1 = rotate(s->v1, 17) ^ s->v2;
		s->v3 = rotate(s->v3, 21) ^ s->v0;
		s->v2 = rotate(s->v2, 32);
	}
}

static void sip_block(struct sip *s, uint64_t block)
{
	s->v3 ^= block;
	sip_rounds(s, BLOCK_ROUNDS);
	s->v0 ^= block;
}

/* Blocks are little-endian on every machine: hashes are compared across them. */
static uint64_t load_block(const unsigned char *bytes, size_t size)
{
	uint64_t block = 0;

	for (size_t i = 0; i < size; i++)
		block |= (uint64_t)bytes[i] << (8 * i);
	return block;
}

static uint64_t sip_hash(uint64_t k0, uint64_t k1, const void *bytes, size_t size)
{
	struct sip s = {
		k0 ^ UINT64_C(0x736f6d6570736575),
		k1 ^ UINT64_C(0x646f72616e646f6d),
		k0 ^ UINT64_C(0x6c7967656e657261),
		k1 ^ UINT64_C(0x7465646279746573),
	};
	const unsigned char *next = bytes;
	size_t left = size;

	for (; left >= 8; left -= 8, next += 8)
		sip_block(&s, bm_hash_load_(next));
	sip_block(&s, load_block(next, left) | (uint64_t)size << 56);
	s.v2 ^= 0xff;
	sip_rounds(&s, FINAL_ROUNDS);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t bm_hash_bytes(const struct bm_hash_key *key, const void *bytes,
		       size_t size)
{
	return sip_hash(key->word[0], key->word[1], bytes, size);
}

/* SipHash as a generator: its outputs for a counter under the seed. */
void bm_hash_key_init(struct bm_hash_key *key, uint64_t seed)
{
	for (unsigned char i = 0; i < BM_HASH_WORDS; i++)
		key->word[i] = sip_hash(seed, ~seed, &i, sizeof(i));
	/* An even factor would lose bits. */
	key->word[1] |= 1;
}

int bm_hash_seed(const void *purpose, size_t size, uint64_t *seed)
{
	/* An address, as an integer: getauxval(3). */
	const unsigned char *bytes =
		(const unsigned char *)(uintptr_t)getauxval(AT_RANDOM);

	if (!bytes)
		return -ENOSYS;
	*seed = sip_hash(load_block(bytes, 8), load_block(bytes + 8, 8), purpose,
			 size);
	return 0;
}

uint32_t bm_hash_type(const char *spelling, size_t size, size_t alignment)
{
	return (uint32_t)sip_hash(size, alignment, spelling, strlen(spelling));
}
