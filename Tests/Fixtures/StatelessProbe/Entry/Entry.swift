// SPDX-License-Identifier: Apache-2.0

import Backplane
import StatelessProbe

/// The symbol by which a host finds the plugin.
@c public func backplane_plugin() -> UnsafeRawPointer? { export(StatelessProbe.self) }
