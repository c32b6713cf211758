// SPDX-License-Identifier: Apache-2.0

import Backplane
import Echo

/// Hands the plugin to the host: the one symbol that this library exports.
@c public func backplane_plugin() -> UnsafeRawPointer? { export(Echo.self) }
