/* SPDX-License-Identifier: Apache-2.0 */

#ifndef CBACKPLANE_H
#define CBACKPLANE_H

#include "backplane/plugin.h"
#include "backplane/functions.h"
#include "backplane/stream.h"
#include "backplane/buffers.h"
#include "backplane/health.h"
#include "backplane/preload.h"
#include "backplane/state.h"
#include "backplane/access.h"
#include "backplane/hosting.h"
#include "backplane/extending.h"

#endif
