/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: every decision of the module, for trace-cmd, perf and tracefs. What
 * they are good for is told in docs/tracing.md.
 *
 * Names are copied, so that an event means the same when its object is gone. Sizes
 * are in bytes, clients are told by their numbers, errors by their errno.
 *
 * With NOTRACE (BUDGETMEM_TRACE=n in Kbuild), or in a kernel without tracepoints,
 * nothing is left of them.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM budgetmem

#if !defined(BUDGETMEM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define BUDGETMEM_TRACE_H

#include <linux/tracepoint.h>
#include <linux/budgetmem.h>

#include "client.h"
#include "pool.h"
#include "system.h"
#include "table.h"

/* A client begins, is locked, ends. */
DECLARE_EVENT_CLASS(budgetmem_client,
		    TP_PROTO(const struct bm_client *client),
		    TP_ARGS(client),
		    TP_STRUCT__entry(__field(u64, client)
				     __field(u64, used_bytes)
				     __field(u64, high_water_bytes)
				     __field(u64, refused)
				     __field(u32, uid)
				     __array(char, budget, BUDGETMEM_NAME_SIZE)
				     __array(char, command, BUDGETMEM_COMMAND_SIZE)
		    ),
		    TP_fast_assign(__entry->client = client->number;
				   __entry->used_bytes = client->account.used;
				   __entry->high_water_bytes =
					bm_account_high_water(&client->account);
				   __entry->refused = client->refused;
				   __entry->uid = from_kuid(&init_user_ns, client->uid);
				   memcpy(__entry->budget, client->budget->name,
					  BUDGETMEM_NAME_SIZE);
				   memcpy(__entry->command, client->command,
					  BUDGETMEM_COMMAND_SIZE);
		    ),
		    TP_printk("client=%llu budget=%s command=%s uid=%u used=%llu high_water=%llu refused=%llu",
			      __entry->client, __entry->budget, __entry->command, __entry->uid,
			      __entry->used_bytes, __entry->high_water_bytes, __entry->refused)
);

DEFINE_EVENT(budgetmem_client, budgetmem_bind,
	     TP_PROTO(const struct bm_client *client), TP_ARGS(client));
DEFINE_EVENT(budgetmem_client, budgetmem_lock,
	     TP_PROTO(const struct bm_client *client), TP_ARGS(client));
DEFINE_EVENT(budgetmem_client, budgetmem_end,
	     TP_PROTO(const struct bm_client *client), TP_ARGS(client));

/*
 * A pool comes, goes, is shared. write: whether the mapping or the dma-buf may be
 * written to; elsewhere it is 1, as a pool is.
 */
DECLARE_EVENT_CLASS(budgetmem_pool,
		    TP_PROTO(const struct bm_pool *pool, bool write),
		    TP_ARGS(pool, write),
		    TP_STRUCT__entry(__field(u64, client)
				     __field(u64, offset)
				     __field(u64, bytes)
				     __field(u64, layout)
				     __field(bool, persistent)
				     __field(bool, write)
				     __array(char, budget, BUDGETMEM_NAME_SIZE)
				     __array(char, pool, BUDGETMEM_NAME_SIZE)
		    ),
		    TP_fast_assign(__entry->client = pool->client_number;
				   __entry->offset = bm_pool_offset(pool);
				   __entry->bytes = bm_pool_bytes(pool);
				   __entry->layout = pool->layout;
				   __entry->persistent = pool->properties &
					BUDGETMEM_POOL_PERSISTENT;
				   __entry->write = write;
				   memcpy(__entry->budget, pool->budget->name, BUDGETMEM_NAME_SIZE);
				   memcpy(__entry->pool, pool->name, BUDGETMEM_NAME_SIZE);
		    ),
		    TP_printk("client=%llu budget=%s pool=%s offset=%#llx bytes=%llu layout=%#llx persistent=%u write=%u",
			      __entry->client, __entry->budget, __entry->pool, __entry->offset,
			      __entry->bytes, __entry->layout,
			      __entry->persistent, __entry->write)
);

#define BM_POOL_EVENT(name)						\
DEFINE_EVENT(budgetmem_pool, budgetmem_##name,				\
	     TP_PROTO(const struct bm_pool *pool, bool write),		\
	     TP_ARGS(pool, write))

BM_POOL_EVENT(create);
BM_POOL_EVENT(attach);
BM_POOL_EVENT(destroy);
BM_POOL_EVENT(map);
BM_POOL_EVENT(export);
BM_POOL_EVENT(detach);
BM_POOL_EVENT(remove);

/* A device is attached to a dma-buf of a pool. */
TRACE_EVENT(budgetmem_import,
	    TP_PROTO(const struct bm_pool *pool, const char *device),
	    TP_ARGS(pool, device),
	    TP_STRUCT__entry(__field(u64, client)
			     __field(u64, bytes)
			     __array(char, budget, BUDGETMEM_NAME_SIZE)
			     __array(char, pool, BUDGETMEM_NAME_SIZE)
			     __array(char, device, BUDGETMEM_NAME_SIZE)
	    ),
	    TP_fast_assign(__entry->client = pool->client_number;
			   __entry->bytes = bm_pool_bytes(pool);
			   memcpy(__entry->budget, pool->budget->name, BUDGETMEM_NAME_SIZE);
			   memcpy(__entry->pool, pool->name, BUDGETMEM_NAME_SIZE);
			   strscpy(__entry->device, device, BUDGETMEM_NAME_SIZE);
	    ),
	    TP_printk("client=%llu budget=%s pool=%s bytes=%llu device=%s",
		      __entry->client, __entry->budget, __entry->pool, __entry->bytes,
		      __entry->device)
);

/* Not a number of the contract: a call that is not an ioctl. */
#define BM_CALL_MMAP	0x100

/*
 * A call failed, for whatever reason. client: 0, and no budget, if the file is not
 * bound.
 */
TRACE_EVENT(budgetmem_refuse,
	    TP_PROTO(const struct bm_client *client, u32 call, int err),
	    TP_ARGS(client, call, err),
	    TP_STRUCT__entry(__field(u64, client)
			     __field(u32, call)
			     __field(int, errno)
			     __array(char, budget, BUDGETMEM_NAME_SIZE)
	    ),
	    TP_fast_assign(__entry->client = client ? client->number : 0;
			   __entry->call = call;
			   __entry->errno = -err;
			   strscpy_pad(__entry->budget,
				       client ? client->budget->name : "",
				       BUDGETMEM_NAME_SIZE);
	    ),
	    TP_printk("client=%llu budget=%s call=%s errno=%d",
		      __entry->client, __entry->budget,
		      __print_symbolic(__entry->call,
				       { 0x00, "QUERY" }, { 0x01, "BIND" },
				       { 0x02, "POOL_CREATE" }, { 0x03, "POOL_DESTROY" },
				       { 0x04, "LOCK" }, { 0x05, "BUDGET_INFO" },
				       { 0x06, "CLIENT_INFO" }, { 0x07, "POOL_INFO" },
				       { 0x08, "POOL_ATTACH" }, { 0x09, "POOL_EXPORT" },
				       { 0x0a, "POOL_WATCH" }, { 0x0b, "EVENTS" },
				       { 0x0c, "SYSTEM_APPLY" }, { 0x0d, "SYSTEM_LOCK" },
				       { 0x0e, "POOL_REMOVE" }, { BM_CALL_MMAP, "mmap" }),
		      __entry->errno)
);

/* Pages are kept apart because somebody holds them, or no longer. */
DECLARE_EVENT_CLASS(budgetmem_quarantine,
		    TP_PROTO(const struct bm_budget *budget, u32 pages),
		    TP_ARGS(budget, pages),
		    TP_STRUCT__entry(__field(u64, bytes)
				     __field(u64, left_bytes)
				     __array(char, budget, BUDGETMEM_NAME_SIZE)
		    ),
		    TP_fast_assign(__entry->bytes = (u64)pages << PAGE_SHIFT;
				   __entry->left_bytes = (u64)budget->quarantined << PAGE_SHIFT;
				   memcpy(__entry->budget, budget->name, BUDGETMEM_NAME_SIZE);
		    ),
		    TP_printk("budget=%s bytes=%llu quarantined=%llu", __entry->budget,
			      __entry->bytes, __entry->left_bytes)
);

DEFINE_EVENT(budgetmem_quarantine, budgetmem_quarantine,
	     TP_PROTO(const struct bm_budget *budget, u32 pages),
	     TP_ARGS(budget, pages));
DEFINE_EVENT(budgetmem_quarantine, budgetmem_release,
	     TP_PROTO(const struct bm_budget *budget, u32 pages),
	     TP_ARGS(budget, pages));

/*
 * A table was applied, or not: errno, and why, see enum budgetmem_reason. budget: the
 * one that the failure is about.
 */
TRACE_EVENT(budgetmem_apply,
	    TP_PROTO(const struct bm_verdict *verdict, u32 budgets, bool dry_run, int err),
	    TP_ARGS(verdict, budgets, dry_run, err),
	    TP_STRUCT__entry(__field(u64, total_bytes)
			     __field(u64, set_aside_bytes)
			     __field(u64, missing_bytes)
			     __field(u32, budgets)
			     __field(u32, reason)
			     __field(int, errno)
			     __field(bool, dry_run)
			     __array(char, budget, BUDGETMEM_NAME_SIZE)
	    ),
	    TP_fast_assign(__entry->total_bytes = verdict->total;
			   __entry->set_aside_bytes = verdict->set_aside;
			   __entry->missing_bytes = verdict->missing;
			   __entry->budgets = budgets;
			   __entry->reason = verdict->reason;
			   __entry->errno = -err;
			   __entry->dry_run = dry_run;
			   memcpy(__entry->budget, verdict->name, BUDGETMEM_NAME_SIZE);
	    ),
	    TP_printk("budgets=%u total=%llu set_aside=%llu dry_run=%u errno=%d reason=%u budget=%s missing=%llu",
		      __entry->budgets, __entry->total_bytes, __entry->set_aside_bytes,
		      __entry->dry_run, __entry->errno, __entry->reason,
		      __entry->budget, __entry->missing_bytes)
);

/* The table is final. */
TRACE_EVENT(budgetmem_system_lock,
	    TP_PROTO(const struct bm_system *system),
	    TP_ARGS(system),
	    TP_STRUCT__entry(__field(u64, used_bytes)
			     __field(u32, budgets)
	    ),
	    TP_fast_assign(__entry->used_bytes = system->account.used;
			   __entry->budgets = system->budgets;
	    ),
	    TP_printk("budgets=%u used=%llu", __entry->budgets, __entry->used_bytes)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
