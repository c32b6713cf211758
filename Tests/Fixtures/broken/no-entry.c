/* SPDX-License-Identifier: Apache-2.0 */

/* A sound shared object that is no plugin: it lacks the entry symbol. */

#define FIXTURE_NAME "no-entry"
#define FIXTURE_ENTRY some_other_function
#include "minimal.h"
