// SPDX-License-Identifier: Apache-2.0

import Backplane
import Pipeline

/// Hands the plugin to the host: the one symbol that this library exports.
@c public func backplane_plugin() -> UnsafeRawPointer? { export(Pipeline.self) }
