// SPDX-License-Identifier: MIT
/*
 * cmd-top.c: budgetctl top
 *
 * On a terminal a screen that renews itself; elsewhere one frame as text, which a
 * script or a test can read.
 */
#include "command.h"
#include "device.h"
#include "frame.h"
#include "screen.h"

#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <budgetmem/client.h>

#define INTERVAL_DEFAULT_MS	2000
#define INTERVAL_MOST		3600

/* A line of text is never longer, whatever its bars are made of. */
#define LINE_BYTES		1024
#define LINE_WIDTH		80

/**
 * struct watch - what is being watched
 * @fd: the device
 * @interval: milliseconds between two looks
 * @order: of the rows
 * @paused: whether nothing is read
 * @snapshot: the last look
 * @history: those before
 */
struct watch {
	int fd;
	int interval;
	enum order order;
	bool paused;
	struct snapshot snapshot;
	struct history history;
};

/* Never goes back, as the time of day may. */
static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static int look(struct watch *watch)
{
	struct snapshot snapshot;
	int err = snapshot_read(&snapshot, watch->fd);

	if (!err)
		err = history_add(&watch->history, &snapshot, now());
	if (err) {
		snapshot_free(&snapshot);
		return err;
	}
	snapshot_free(&watch->snapshot);
	watch->snapshot = snapshot;
	frame_sort(&watch->snapshot, watch->order);
	return 0;
}

/* A line of text; must begin with the painter. */
struct plain {
	struct painter painter;
	char line[LINE_BYTES];
};

static void print_text(struct painter *painter, enum paint paint, const char *text)
{
	struct plain *plain = (struct plain *)painter;
	size_t length = strlen(plain->line);

	(void)paint;
	snprintf(plain->line + length, sizeof(plain->line) - length, "%s", text);
}

/* A line does not end in blanks. */
static void print_end_of_line(struct painter *painter)
{
	struct plain *plain = (struct plain *)painter;
	size_t length = strlen(plain->line);

	while (length && plain->line[length - 1] == ' ')
		length--;
	plain->line[length] = '\0';
	puts(plain->line);
	plain->line[0] = '\0';
}

static void print_frame(const struct watch *watch, bool unicode)
{
	struct plain plain = {
		.painter = { .width = LINE_WIDTH, .unicode = unicode, .text = print_text,
			     .end_line = print_end_of_line },
	};

	frame_head(&plain.painter, &watch->snapshot, &watch->history);
	frame_body(&plain.painter, &watch->snapshot, &watch->history);
}

static void draw(struct screen *screen, const struct watch *watch)
{
	char foot[LINE_WIDTH + 1];

	snprintf(foot, sizeof(foot), " q quit  j k scroll  s sort: %s  p %s  every %g s ",
		 order_names[watch->order], watch->paused ? "go on (paused)" : "pause",
		 watch->interval / 1000.0);
	screen_draw(screen, &watch->snapshot, &watch->history, foot);
}

static void fulfil(struct screen *screen, struct watch *watch, enum wish wish)
{
	int page = screen_body_rows(screen);

	switch (wish) {
	case WISH_UP:
		screen->first--;
		break;
	case WISH_DOWN:
		screen->first++;
		break;
	case WISH_PAGE_UP:
		screen->first -= page;
		break;
	case WISH_PAGE_DOWN:
		screen->first += page;
		break;
	case WISH_FIRST:
		screen->first = 0;
		break;
	case WISH_LAST:
		screen->first = INT_MAX / 2;
		break;
	case WISH_SORT:
		watch->order = (enum order)((watch->order + 1) % ORDER_COUNT);
		frame_sort(&watch->snapshot, watch->order);
		break;
	case WISH_PAUSE:
		watch->paused = !watch->paused;
		break;
	default:
		break;
	}
}

/* Keys are answered at once; the next look comes when it is due. */
static int run(struct screen *screen, struct watch *watch)
{
	uint64_t due = now() + (uint64_t)watch->interval;
	enum wish wish;
	int err = 0;

	do {
		uint64_t time = now();

		if (time >= due) {
			err = watch->paused ? 0 : look(watch);
			due = time + (uint64_t)watch->interval;
		}
		draw(screen, watch);
		wish = screen_wish((int)(due > now() ? due - now() : 0));
		fulfil(screen, watch, wish);
	} while (!err && wish != WISH_QUIT);
	return err;
}

static int watch_screen(struct watch *watch, bool unicode)
{
	struct screen screen;
	int err;

	if (!screen_is_built())
		return command_fail("top: this budgetctl was built without ncurses and draws no screen; install libncurses-dev and build it again, or use --once");
	if (screen_open(&screen, unicode))
		return command_fail("top: the terminal '%s' is not known here; set TERM, or use --once",
				    getenv("TERM") ? getenv("TERM") : "");
	err = run(&screen, watch);
	screen_close();
	return err ? command_fail("top: %s", bm_error_text(err)) : EXIT_OK;
}

static bool take_interval(const struct option *option, int *interval)
{
	double seconds;
	char *end;

	*interval = INTERVAL_DEFAULT_MS;
	if (!option->given)
		return true;
	seconds = strtod(option->value, &end);
	if (end == option->value || *end || !(seconds >= 0.1 && seconds <= INTERVAL_MOST)) {
		command_usage("top: '%s' is not 0.1 to %d seconds", option->value,
			      INTERVAL_MOST);
		return false;
	}
	*interval = (int)(seconds * 1000);
	return true;
}

static int begin(struct watch *watch, bool once)
{
	bool unicode;
	int err = look(watch), code = EXIT_OK;

	/* Numbers stay as they are; only which characters there are is asked. */
	setlocale(LC_CTYPE, "");
	unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
	if (err)
		code = command_fail("top: %s", bm_error_text(err));
	else if (once || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
		print_frame(watch, unicode);
	else
		code = watch_screen(watch, unicode);
	snapshot_free(&watch->snapshot);
	history_free(&watch->history);
	return code;
}

int command_top(int argc, char **argv)
{
	struct option options[] = { { .name = "--interval", .valued = true },
				    { .name = "--once" }, { .name = NULL } };
	struct watch watch = { .order = ORDER_NAME };
	int code;

	if (!command_options(argc, argv, options, NULL, 0) ||
	    !take_interval(&options[0], &watch.interval))
		return EXIT_USAGE;
	watch.fd = device_open();
	if (watch.fd < 0)
		return command_fail("top: %s", bm_error_text(watch.fd));
	code = begin(&watch, options[1].given);
	device_close(watch.fd);
	return code;
}
