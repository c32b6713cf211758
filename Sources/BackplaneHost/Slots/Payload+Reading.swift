// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

extension Payload {
    /// Takes a payload that a plugin of this process made: a copy, unless it is large and lies in memory
    /// that the plugin has named.
    init(
        reading bytes: UnsafePointer<UInt8>?, _ size: UInt64,
        in memory: @autoclosure () -> PluginMemory?
    ) {
        let count = Int(clamping: size)
        if count > Payload.copiedSize, let memory = memory() {
            self = unsafe memory.take(bytes, count)
        } else {
            unsafe self.init(copying: UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }
}
