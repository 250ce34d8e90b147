// SPDX-License-Identifier: MIT
/*
 * client.c: clients, whatever provider stands behind them
 */
#include "provider.h"

#include <errno.h>
#include <string.h>

static bool is_name_character(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

bool bm_name_is_valid(const char *name)
{
	size_t length = 0;

	if (!name)
		return false;
	while (length < BM_NAME_SIZE && is_name_character(name[length]))
		length++;
	return length > 0 && length < BM_NAME_SIZE && !name[length];
}

/* Filled up with zeros, so that names are compared and handed on as a whole. */
void bm_name_copy(char to[BM_NAME_SIZE], const char *name)
{
	size_t length = strlen(name);

	memset(to, 0, BM_NAME_SIZE);
	memcpy(to, name, length < BM_NAME_SIZE ? length : BM_NAME_SIZE - 1);
}

void bm_client_init(struct bm_client *client, const struct bm_provider *provider,
		    const char *budget)
{
	memset(client, 0, sizeof(*client));
	client->provider = provider;
	client->fd = -1;
	client->phase = BM_PHASE_INIT;
	bm_name_copy(client->budget, budget);
	bm_turn_init(&client->turn);
}

int bm_client_lock(struct bm_client *client)
{
	int err;

	if (!client)
		return -EINVAL;
	bm_turn_begin(&client->turn);
	err = client->provider->lock(client);
	bm_turn_end(&client->turn);
	return err;
}

int bm_client_inspect(struct bm_client *client, struct bm_client_state *state)
{
	int err;

	if (!client || !state)
		return -EINVAL;
	memset(state, 0, sizeof(*state));
	memcpy(state->budget, client->budget, BM_NAME_SIZE);
	bm_turn_begin(&client->turn);
	err = client->provider->inspect(client, state);
	bm_turn_end(&client->turn);
	return err;
}

int bm_client_events(struct bm_client *client, struct bm_events *events)
{
	int err;

	if (!client || !events)
		return -EINVAL;
	if (!client->provider->events)
		return -EOPNOTSUPP;
	bm_turn_begin(&client->turn);
	err = client->provider->events(client, events);
	bm_turn_end(&client->turn);
	return err;
}

int bm_client_fd(const struct bm_client *client)
{
	return client ? client->fd : -1;
}

void bm_client_close(struct bm_client *client)
{
	if (!client)
		return;
	bm_turn_destroy(&client->turn);
	client->provider->close(client);
}
