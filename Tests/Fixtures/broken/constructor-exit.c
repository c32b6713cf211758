/* SPDX-License-Identifier: Apache-2.0 */

/* Ends its process with status 0 in a constructor: death without a signal, and a friendly one. */

#include <unistd.h>

__attribute__((constructor)) static void leave(void) { _exit(0); }

#define FIXTURE_NAME "constructor-exit"
#include "minimal.h"
