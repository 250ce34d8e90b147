/* SPDX-License-Identifier: MIT */
/*
 * screen.h: a terminal that is drawn on, and its keys
 */
#ifndef BUDGETCTL_SCREEN_H
#define BUDGETCTL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "frame.h"

/* What somebody wants who presses a key. */
enum wish {
	WISH_NOTHING,
	WISH_REDRAW,
	WISH_QUIT,
	WISH_UP,
	WISH_DOWN,
	WISH_PAGE_UP,
	WISH_PAGE_DOWN,
	WISH_FIRST,
	WISH_LAST,
	WISH_SORT,
	WISH_PAUSE,
};

/**
 * struct screen - the terminal
 * @painter: what frames are drawn with; must be the first member
 * @row: where the next line goes
 * @first: first line of the body that is shown
 * @line: number of the body's next line, or -1 while the head is drawn
 * @rows: lines of the terminal
 */
struct screen {
	struct painter painter;
	int row;
	int first;
	int line;
	int rows;
};

/* Whether this program can draw at all. */
bool screen_is_built(void);

/* Takes the terminal. Returns 0, or -ENOTTY if it cannot be drawn on. */
int screen_open(struct screen *screen, bool unicode);

/* Gives the terminal back as it was. */
void screen_close(void);

/* Draws all of it; @foot is the last line. Moves screen->first to where lines are. */
void screen_draw(struct screen *screen, const struct snapshot *snapshot,
		 const struct history *history, const char *foot);

/* Lines of the body that fit. */
int screen_body_rows(const struct screen *screen);

/* Waits so many milliseconds for a key. */
enum wish screen_wish(int milliseconds);

#endif /* BUDGETCTL_SCREEN_H */
