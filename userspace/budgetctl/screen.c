// SPDX-License-Identifier: MIT
/*
 * screen.c: a terminal that is drawn on, and its keys
 *
 * Terminals differ in more than one would think: ncurses knows them.
 */
#include "screen.h"

#include <errno.h>

#ifdef HAVE_NCURSES
#include <curses.h>

static void draw_text(struct painter *painter, enum paint paint, const char *text)
{
	static const attr_t attributes[PAINT_COUNT] = {
		[PAINT_HEAD]	= A_REVERSE,
		[PAINT_BUDGET]	= A_BOLD,
		[PAINT_FAINT]	= A_DIM,
		[PAINT_ALARM]	= A_BOLD,
	};
	struct screen *screen = (struct screen *)painter;

	if (screen->line >= 0 && screen->line < screen->first)
		return;
	/* What does not fit into the line is on the next one now, and is cut off. */
	if (screen->row >= screen->rows - 1 || getcury(stdscr) != screen->row)
		return;
	attr_set(attributes[paint], (short)paint, NULL);
	addstr(text);
}

static void draw_end_of_line(struct painter *painter)
{
	struct screen *screen = (struct screen *)painter;
	bool shown = screen->line < 0 || screen->line >= screen->first;

	if (screen->line >= 0)
		screen->line++;
	if (!shown)
		return;
	screen->row++;
	if (screen->row >= screen->rows - 1)
		return;
	move(screen->row, 0);
	clrtoeol();
}

bool screen_is_built(void)
{
	return true;
}

static void choose_colours(void)
{
	if (!has_colors() || start_color() == ERR)
		return;
	use_default_colors();
	for (short paint = 1; paint < PAINT_COUNT; paint++)
		init_pair(paint, -1, -1);
	init_pair(PAINT_BUDGET, COLOR_CYAN, -1);
	init_pair(PAINT_CALM, COLOR_GREEN, -1);
	init_pair(PAINT_BUSY, COLOR_YELLOW, -1);
	init_pair(PAINT_ALARM, COLOR_RED, -1);
}

int screen_open(struct screen *screen, bool unicode)
{
	*screen = (struct screen){
		.painter = { .unicode = unicode, .text = draw_text,
			     .end_line = draw_end_of_line },
	};
	if (!newterm(NULL, stdout, stdin))
		return -ENOTTY;
	choose_colours();
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
	scrollok(stdscr, FALSE);
	return 0;
}

void screen_close(void)
{
	endwin();
}

int screen_body_rows(const struct screen *screen)
{
	int rows = screen->rows - FRAME_HEAD_LINES - 1;

	return rows > 0 ? rows : 0;
}

static void draw_body(struct screen *screen, const struct snapshot *snapshot,
		      const struct history *history)
{
	screen->line = 0;
	screen->row = FRAME_HEAD_LINES;
	move(screen->row, 0);
	clrtobot();
	frame_body(&screen->painter, snapshot, history);
}

static void draw_foot(const struct screen *screen, const char *foot)
{
	move(screen->rows - 1, 0);
	clrtoeol();
	attr_set(A_REVERSE, 0, NULL);
	addnstr(foot, screen->painter.width);
}

void screen_draw(struct screen *screen, const struct snapshot *snapshot,
		 const struct history *history, const char *foot)
{
	int last;

	screen->rows = getmaxy(stdscr);
	screen->painter.width = getmaxx(stdscr);
	screen->line = -1;
	screen->row = 0;
	erase();
	frame_head(&screen->painter, snapshot, history);
	draw_body(screen, snapshot, history);
	last = screen->line - screen_body_rows(screen);
	if (screen->first > last || screen->first < 0) {
		screen->first = screen->first < 0 || last < 0 ? 0 : last;
		draw_body(screen, snapshot, history);
	}
	draw_foot(screen, foot);
	refresh();
}

enum wish screen_wish(int milliseconds)
{
	timeout(milliseconds);
	switch (getch()) {
	case 'q':
	case 'Q':
		return WISH_QUIT;
	case 'k':
	case KEY_UP:
		return WISH_UP;
	case 'j':
	case KEY_DOWN:
		return WISH_DOWN;
	case KEY_PPAGE:
		return WISH_PAGE_UP;
	case ' ':
	case KEY_NPAGE:
		return WISH_PAGE_DOWN;
	case 'g':
	case KEY_HOME:
		return WISH_FIRST;
	case 'G':
	case KEY_END:
		return WISH_LAST;
	case 's':
		return WISH_SORT;
	case 'p':
		return WISH_PAUSE;
	case KEY_RESIZE:
		return WISH_REDRAW;
	default:
		return WISH_NOTHING;
	}
}

#else

bool screen_is_built(void)
{
	return false;
}

int screen_open(struct screen *screen, bool unicode)
{
	(void)screen;
	(void)unicode;
	return -ENOTTY;
}

void screen_close(void)
{
}

int screen_body_rows(const struct screen *screen)
{
	(void)screen;
	return 0;
}

void screen_draw(struct screen *screen, const struct snapshot *snapshot,
		 const struct history *history, const char *foot)
{
	(void)screen;
	(void)snapshot;
	(void)history;
	(void)foot;
}

enum wish screen_wish(int milliseconds)
{
	(void)milliseconds;
	return WISH_QUIT;
}

#endif /* HAVE_NCURSES */
