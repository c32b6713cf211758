// SPDX-License-Identifier: Apache-2.0

import Backplane

extension PluginHarness {
    /// Takes the plugin's functions away from direct callers, as happens while it is reloaded.
    public func withdrawFunctions() { host.functions.withdraw() }

    /// Gives direct callers the plugin's functions back.
    public func restoreFunctions() { host.functions.restore() }

    /// How many direct calls of `service.method` or of a provided function are running.
    public func active(_ target: String) -> Int { host.functions.active(target) }
}
