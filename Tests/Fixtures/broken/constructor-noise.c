/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Prints a megabyte to each of standard output and standard error in a constructor. It is sound
 * otherwise: what a plugin prints is never taken for anything but log lines.
 */

#include <string.h>
#include <unistd.h>

/* A thousand bytes a line, a thousand and forty-nine lines. */
__attribute__((constructor)) static void print(void) {
    char line[1000];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    for (int descriptor = 1; descriptor <= 2; descriptor++) {
        for (int count = 0; count < 1049; count++) {
            if (write(descriptor, line, sizeof line) < 0) break;
        }
    }
}

#define FIXTURE_NAME "constructor-noise"
#include "minimal.h"
