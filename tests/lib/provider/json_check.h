/* SPDX-License-Identifier: MIT */
/*
 * json_check.h: is a text JSON, as RFC 8259 defines it and not a byte more?
 */
#ifndef TESTS_PROVIDER_JSON_CHECK_H
#define TESTS_PROVIDER_JSON_CHECK_H

/* Returns NULL if all of @text is one JSON value, else where it ceases to be. */
const char *json_check(const char *text);

#endif /* TESTS_PROVIDER_JSON_CHECK_H */
