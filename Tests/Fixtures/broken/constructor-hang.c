/* SPDX-License-Identifier: Apache-2.0 */

/* Never comes back from a constructor: opening it ends only by force. */

#include <unistd.h>

__attribute__((constructor)) static void hang(void) {
    for (;;) pause();
}

#define FIXTURE_NAME "constructor-hang"
#include "minimal.h"
