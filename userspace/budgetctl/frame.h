/* SPDX-License-Identifier: MIT */
/*
 * frame.h: what budgetctl top shows, whatever it shows it on
 */
#ifndef BUDGETCTL_FRAME_H
#define BUDGETCTL_FRAME_H

#include <stdbool.h>

#include "history.h"
#include "snapshot.h"

/* What a piece of text is, for a screen that has colours. */
enum paint {
	PAINT_PLAIN,
	PAINT_HEAD,
	PAINT_BUDGET,
	PAINT_FAINT,
	PAINT_CALM,
	PAINT_BUSY,
	PAINT_ALARM,
	PAINT_COUNT,
};

/* What rows are sorted by. */
enum order {
	ORDER_NAME,
	ORDER_USED,
	ORDER_FULL,
	ORDER_REFUSED,
	ORDER_COUNT,
};

extern const char *const order_names[ORDER_COUNT];

/**
 * struct painter - what a frame is shown on
 * @width: columns of a line
 * @unicode: whether more than ASCII can be shown
 * @text: shows a piece of the line
 * @end_line: ends the line
 */
struct painter {
	int width;
	bool unicode;
	void (*text)(struct painter *painter, enum paint paint, const char *text);
	void (*end_line)(struct painter *painter);
};

/* Sorts budgets, clients and pools, among their like. */
void frame_sort(struct snapshot *snapshot, enum order order);

/* The lines at the top, which stay: their number is FRAME_HEAD_LINES. */
#define FRAME_HEAD_LINES	4
void frame_head(struct painter *painter, const struct snapshot *snapshot,
		const struct history *history);

/* The lines below, one for each object. */
void frame_body(struct painter *painter, const struct snapshot *snapshot,
		const struct history *history);

#endif /* BUDGETCTL_FRAME_H */
