// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

extension PluginInstance {
    /// Takes the arguments of a call that the plugin makes.
    ///
    /// Large ones that have to be copied are copied where their reader wants them, if there is room now.
    func arguments(
        _ bytes: UnsafePointer<UInt8>?, _ size: UInt64, of target: CallTarget
    ) -> Payload {
        let count = Int(clamping: size)
        guard count > 0, unsafe bytes != nil else { return .null }
        guard count > Payload.copiedSize else {
            return unsafe Payload(
                copying: UnsafeRawBufferPointer(start: bytes, count: count))
        }
        let router = context.router
        if let known = unsafe memory.payload(bytes, size) ?? router?.memory.payload(bytes, size) {
            return known
        }
        let source = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        let receiver = target.service.flatMap { router?.receiver($0) }
        if let pool = receiver?.pool(for: count), pool.takesCopies(of: count),
            let buffer = pool.take(count)
        {
            return unsafe buffer.filled(with: source)
        }
        return unsafe Payload(copying: source)
    }
}
