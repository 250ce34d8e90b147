// SPDX-License-Identifier: MIT
/*
 * budgetctl_test.c: the tool against the real device, in a guest
 *
 *	budgetctl_test [PATH_OF_BUDGETCTL]
 *
 * Expects the budget table of guest.plan, and to be root.
 */
#include "json_check.h"
#include "tap.h"
#include "tool_run.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <budgetmem/client.h>
#include <budgetmem/pool.h>
#include <linux/budgetmem.h>

#define NOBODY		1000
#define GROUP		2000

static struct bm_client *client;
static struct bm_pool *pool;

/* A locked client with one pool that reports what it uses, and three refusals. */
static void set_up_client(void)
{
	struct budgetmem_pool_header *header;
	struct bm_pool *none;

	tap_equal(bm_client_open(&client, "provider"), 0);
	tap_equal(bm_pool_create(client, "words", BM_POOL_64K, 0, &pool), 0);
	tap_expect(bm_pool_create(client, "huge", BM_POOL_1M, 0, &none) < 0);
	tap_equal(bm_client_lock(client), 0);
	tap_expect(bm_pool_create(client, "late", 1, 0, &none) < 0);
	tap_expect(bm_client_lock(client) < 0);
	header = bm_pool_region(pool).base;
	header->magic = BUDGETMEM_POOL_MAGIC;
	header->version = 1;
	header->size = BM_POOL_64K;
	header->used = 1000;
	header->high_water = 2000;
	header->refused = 7;
	header->layout = UINT64_MAX - 1;
}

static void status_shows_budgets_of_an_idle_system(void)
{
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "system: "));
	tap_expect(has(output, "budgets 5, clients 0, pools 0"));
	tap_expect(has(output, "BUDGET "));
	tap_expect(has(output, "provider  256K"));
	tap_expect(!strstr(output, "CLIENT "));
	tap_expect(!strstr(output, "POOL "));
	tap_expect(!*errors);
}

static void status_fits_80_columns(void)
{
	set_up_client();
	tap_equal(run("status", NULL), 0);
	for (const char *line = output; *line; line += strcspn(line, "\n") + 1) {
		if (!tap_expect(strcspn(line, "\n") <= 80))
			printf("# %.100s\n", line);
	}
	bm_client_close(client);
}

static void status_shows_clients_and_pools(void)
{
	set_up_client();
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "budgets 5, clients 1, pools 1"));
	tap_expect(has(output, "locked"));
	tap_expect(has(output, "budgetctl_test"));
	tap_expect(has(output, "words"));
	tap_expect(has(output, "64K"));
	bm_client_close(client);
}

static void json_is_strict_and_complete(void)
{
	const char *wrong;
	char number[64];

	set_up_client();
	tap_equal(run("status", "--json"), 0);
	wrong = json_check(output);
	if (!tap_expect(!wrong))
		printf("# from here: %.40s\n", wrong);
	tap_expect(has(output, "\"format\": 1"));
	tap_expect(has(output, "\"page_size\": "));
	tap_expect(has(output, "\"size\": 262144"));
	tap_expect(has(output, "\"used\": 65536"));
	tap_expect(has(output, "\"command\": \"budgetctl_test\""));
	snprintf(number, sizeof(number), "\"pid\": %d", getpid());
	tap_expect(has(output, number));
	tap_expect(has(output, "\"phase\": \"locked\""));
	tap_expect(has(output, "\"refused\": 3"));
	tap_expect(has(output, "\"used\": 1000"));
	tap_expect(has(output, "\"high_water\": 2000"));
	tap_expect(has(output, "\"layout\": \"0xfffffffffffffffe\""));
	bm_client_close(client);
}

static void status_shows_only_what_the_user_may_see(void)
{
	tap_equal(run_as(NOBODY, "status", NULL), 0);
	tap_expect(has(output, "budgets 5,"));
	tap_expect(has(output, "provider "));
	tap_expect(has(output, "look "));
	tap_expect(!strstr(output, "closed"));
	tap_expect(!strstr(output, "blind"));
	tap_expect(!strstr(output, "group"));
}

static void doctor_finds_all_well(void)
{
	tap_equal(run("doctor", NULL), 0);
	tap_expect(has(output, "ok       contract"));
	tap_expect(has(output, "ok       budget      provider"));
	tap_expect(has(output, "ok       G3 "));
	tap_expect(has(output, "note     G4 "));
	tap_expect(has(output, "All is well."));
	tap_expect(!strstr(output, "\nproblem"));
}

static void doctor_judges_access_as_the_kernel_does(void)
{
	tap_equal(run_as(NOBODY, "doctor", NULL), 0);
	tap_expect(has(output, "ok       budget      provider: this user may bind"));
	tap_expect(has(output, "note     budget      look: this user may not bind"));
	tap_equal(run_as(GROUP, "doctor", NULL), 0);
	tap_expect(has(output, "ok       budget      group: this user may bind"));
	tap_equal(run("doctor", NULL), 0);
	tap_expect(has(output, "ok       budget      closed: this user may bind"));
}

static void doctor_takes_no_client_and_refuses_nothing(void)
{
	static char before[OUTPUT_MOST];

	tap_equal(run("status", "--json"), 0);
	memcpy(before, output, sizeof(before));
	tap_equal(run("doctor", NULL), 0);
	tap_equal(run_as(NOBODY, "doctor", NULL), 0);
	tap_equal(run("status", "--json"), 0);
	tap_expect(!strcmp(before, output));
}

static void doctor_names_a_budget_that_is_full_of_clients(void)
{
	struct bm_client *one, *two;

	tap_equal(bm_client_open(&one, "provider"), 0);
	tap_equal(bm_client_open(&two, "provider"), 0);
	tap_equal(run("doctor", NULL), 0);
	tap_expect(has(output, "note     budget      provider: all 2 clients are taken"));
	bm_client_close(one);
	bm_client_close(two);
}

static void a_node_without_access_is_a_problem(void)
{
	tap_equal(chmod("/dev/budgetmem", 0600), 0);
	tap_equal(run_as(NOBODY, "doctor", NULL), 1);
	tap_expect(has(output, "problem  device"));
	tap_expect(has(output, "problem  G1 "));
	tap_equal(run_as(NOBODY, "status", NULL), 1);
	tap_expect(has(errors, "budgetctl: status: not allowed"));
	tap_equal(chmod("/dev/budgetmem", 0644), 0);
	tap_equal(run_as(NOBODY, "doctor", NULL), 1);
	tap_expect(has(output, "problem  device"));
	tap_equal(chmod("/dev/budgetmem", 0666), 0);
}

static void a_missing_node_is_a_problem(void)
{
	tap_equal(rename("/dev/budgetmem", "/dev/elsewhere"), 0);
	tap_equal(run("doctor", NULL), 1);
	tap_expect(has(output, "ok       module"));
	tap_expect(has(output, "problem  device"));
	tap_equal(run("status", NULL), 1);
	tap_expect(has(errors, "budgetctl: status: no device"));
	tap_equal(mknod("/dev/budgetmem", S_IFCHR | 0666, makedev(1, 3)), 0);
	tap_equal(run("doctor", NULL), 1);
	tap_expect(has(output, "problem  contract"));
	tap_equal(rename("/dev/elsewhere", "/dev/budgetmem"), 0);
}

static void metrics_are_those_of_the_device(void)
{
	FILE *file;

	set_up_client();
	tap_equal(run("metrics", NULL), 0);
	tap_expect(has(output, "\nbudgetmem_system_locked 0\n"));
	tap_expect(has(output, "\nbudgetmem_budget_used_bytes{budget=\"provider\"} 65536\n"));
	tap_expect(has(output, "budget=\"provider\",reason=\"locked\"} "));
	tap_expect(has(output, ",command=\"budgetctl_test\"} 3\n"));
	tap_expect(has(output, ",pool=\"words\"} 65536\n"));
	tap_expect(!strcmp(output + strlen(output) - 6, "# EOF\n"));
	tap_equal(run("metrics", "--output", "/metrics.prom"), 0);
	tap_expect(!*output);
	file = fopen("/metrics.prom", "r");
	if (tap_expect(file))
		read_all(file, output);
	tap_expect(has(output, "\nbudgetmem_system_locked 0\n"));
	tap_expect(!strcmp(output + strlen(output) - 6, "# EOF\n"));
	bm_client_close(client);
}

static void top_shows_one_frame_where_there_is_no_terminal(void)
{
	set_up_client();
	tap_equal(run("top", NULL), 0);
	tap_expect(has(output, "system setup: "));
	tap_expect(has(output, "\nprovider "));
	tap_expect(has(output, "\n  budgetctl_test "));
	tap_expect(has(output, "\n    words "));
	bm_client_close(client);
}

static void wrong_usage_is_2_and_says_what(void)
{
	tap_equal(run(NULL, NULL), 2);
	tap_expect(has(errors, "budgetctl: which command?"));
	tap_equal(run("frobnicate", NULL), 2);
	tap_expect(has(errors, "there is no command 'frobnicate'"));
	tap_equal(run("status", "--yaml"), 2);
	tap_expect(has(errors, "status: what is '--yaml'?"));
	tap_equal(run("doctor", "--json"), 2);
	tap_equal(run("help", "frobnicate"), 2);
	tap_expect(!*output);
}

static void help_and_version_go_to_the_output(void)
{
	tap_equal(run("help", NULL), 0);
	tap_expect(has(output, "budgetctl status [--json]"));
	tap_equal(run("--help", NULL), 0);
	tap_expect(has(output, "budgetctl status [--json]"));
	tap_equal(run("help", "status"), 0);
	tap_expect(has(output, "budgetctl status [--json]"));
	tap_equal(run("--version", NULL), 0);
	tap_expect(!strncmp(output, "budgetctl 0.", 12));
	tap_expect(!*errors);
}

static const struct tap_case cases[] = {
#define CASE(name)	{ #name, name }
	CASE(status_shows_budgets_of_an_idle_system),
	CASE(status_fits_80_columns),
	CASE(status_shows_clients_and_pools),
	CASE(json_is_strict_and_complete),
	CASE(status_shows_only_what_the_user_may_see),
	CASE(doctor_finds_all_well),
	CASE(doctor_judges_access_as_the_kernel_does),
	CASE(doctor_takes_no_client_and_refuses_nothing),
	CASE(doctor_names_a_budget_that_is_full_of_clients),
	CASE(a_node_without_access_is_a_problem),
	CASE(a_missing_node_is_a_problem),
	CASE(metrics_are_those_of_the_device),
	CASE(top_shows_one_frame_where_there_is_no_terminal),
	CASE(wrong_usage_is_2_and_says_what),
	CASE(help_and_version_go_to_the_output),
};

int main(int argc, char **argv)
{
	if (argc > 1)
		tool = argv[1];
	return tap_run(cases, sizeof(cases) / sizeof(cases[0]));
}
