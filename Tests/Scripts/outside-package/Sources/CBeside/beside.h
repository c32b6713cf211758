/* SPDX-License-Identifier: Apache-2.0 */

int beside_answer(void);
