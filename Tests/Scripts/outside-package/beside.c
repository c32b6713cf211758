/* SPDX-License-Identifier: Apache-2.0 */

/* A library that lies beside a plugin, and is found through $ORIGIN. */

int beside_answer(void) { return 42; }
