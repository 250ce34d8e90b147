// SPDX-License-Identifier: MIT
/*
 * guarantee.c: the guarantees in words, and which of them a client has
 */
#include "provider.h"

static const struct {
	const char *name;
	const char *text;
} guarantees[BM_GUARANTEE_COUNT] = {
	{ "Sum", "a client's pools never exceed its budget, nor all budgets the system's total" },
	{ "Lock", "after the lock no pool appears, disappears or changes, and there is no way back" },
	{ "No faults", "no access to a mapped pool faults, the first store included" },
	{ "No allocation", "once the system is locked, serving clients takes no memory from the kernel's allocators" },
	{ "Clean", "every byte handed out is zero, and none is readable by the next owner" },
	{ "Return", "whatever ends a client gives all of it back; pinned pages wait apart" },
	{ "Access", "only those whom owner and mode admit; read-only stays read-only, nothing becomes executable" },
	{ "Input", "every malformed request is refused with one errno and changes nothing" },
	{ "Attribution", "an administrator can always see who holds what, how much of it is used, and what was refused" },
	{ "Containment", "a client that dies in the middle of an update harms nobody else; a pool that outlives it is taken over only by its owner and with its own layout" },
	{ "Bounds", "every operation has a stated worst-case cost" },
};

static bool is_number(int number)
{
	return number >= 1 && number <= BM_GUARANTEE_COUNT;
}

const char *bm_guarantee_name(int number)
{
	return is_number(number) ? guarantees[number - 1].name : NULL;
}

const char *bm_guarantee_text(int number)
{
	return is_number(number) ? guarantees[number - 1].text : NULL;
}

unsigned int bm_client_guarantees(const struct bm_client *client)
{
	return client ? client->provider->guarantees : 0;
}

const char *bm_client_guarantee_gap(const struct bm_client *client, int number)
{
	if (!client || !is_number(number))
		return NULL;
	return client->provider->gaps[BM_GAP(number)];
}
