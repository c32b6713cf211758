/* SPDX-License-Identifier: Apache-2.0 */

/* Nothing is wrong with this one: it shows that the others fail for their own reason only. */

#define FIXTURE_NAME "sound"
#include "minimal.h"
