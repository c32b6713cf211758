/* SPDX-License-Identifier: Apache-2.0 */

/* Dies of SIGSEGV in a constructor, while it is being opened. */

#include <signal.h>

__attribute__((constructor)) static void crash(void) {
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

#define FIXTURE_NAME "constructor-crash"
#include "minimal.h"
