// SPDX-License-Identifier: Apache-2.0

import Backplane
import Breakable

/// The symbol by which a host finds the plugin.
@c public func backplane_plugin() -> UnsafeRawPointer? {
    Mode.keepsState ? export(StatefulBreakable.self) : export(Breakable.self)
}
