/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Claims an ABI that is not the host's. Compiled several times: with FIXTURE_MAJOR 2 (refused), with
 * FIXTURE_MINOR one ahead (accepted) and two ahead (refused), with a FIXTURE_MAGIC that is garbage
 * (refused), with a FIXTURE_SIZE too short to hold the descriptor (refused).
 */

#define FIXTURE_NAME "abi"
#include "minimal.h"
