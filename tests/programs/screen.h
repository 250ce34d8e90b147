/* SPDX-License-Identifier: MIT */
/*
 * screen.h - a report for a terminal of 80 columns
 *
 * Lines appear as they are written. Colour is the host's affair: it knows whether
 * a person reads along, and how lines of each kind begin.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stdint.h>

/* Write line by line from now on. */
void screen_start(void);

/* A numbered heading, with an empty line before it. */
void screen_heading(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* A line of text, indented by two columns. */
void screen_line(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Text of any length up to 1,000 characters, broken into indented lines. */
void screen_text(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* The same, indented further. */
void screen_note(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* The same, as an item of a list. */
void screen_item(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Something that takes its time goes on; the host may overwrite the last one. */
void screen_progress(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* The command that is about to run, as one would type it. */
void screen_command(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/**
 * screen_verdict() - a line that says whether something is as it should be
 * @good: whether it is
 * @format: what was seen, in words that are true in both cases
 *
 * Return: @good
 */
bool screen_verdict(bool good, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Bytes of the text that the functions below write. */
#define SCREEN_TEXT	24

/**
 * screen_duration() - nanoseconds as people say them: "12 us", "1.3 ms"
 * screen_bytes() - bytes as people say them: "512 KiB", "32 MiB"
 * @text: receives the text
 * @value: nanoseconds, or bytes
 *
 * Return: @text
 */
const char *screen_duration(char text[SCREEN_TEXT], uint64_t value);
const char *screen_bytes(char text[SCREEN_TEXT], uint64_t value);

#endif /* SCREEN_H */
