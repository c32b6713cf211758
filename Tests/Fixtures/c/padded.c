/* SPDX-License-Identifier: Apache-2.0 */

/* A plugin of 300 KB that answers with its version, a text that tests replace in the built file. */

#include <stddef.h>

static const char mark[] = "BACKPLANE-VERSION-00000001";
static const volatile unsigned char padding[280 * 1024] = {1};

/* The digits, as nothing that a compiler could know beforehand. */
static const char *version(void) {
    const char *const volatile digits = mark + sizeof mark - 9;
    return digits + (padding[4096] > 0);
}

#define FIXTURE_NAME "padded"
#define FIXTURE_ANSWER version()
#include "../broken/minimal.h"
