// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import CBackplane

/// The plugin of this worker, and its instance once there is one.
@safe
struct PluginInstance: @unchecked Sendable {
    // SAFETY: the descriptor is immortal; the handle is the plugin's, which takes calls from any
    // thread until it is destroyed, and nothing is called after that.
    let image: PluginImage
    var handle: UnsafeMutableRawPointer?
}
