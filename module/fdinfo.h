/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What /proc/PID/fdinfo/FD says of a client.
 */
#ifndef BUDGETMEM_FDINFO_H
#define BUDGETMEM_FDINFO_H

struct bm_client;
struct seq_file;

void bm_fdinfo_show_locked(struct seq_file *text, struct bm_client *client);

#endif
