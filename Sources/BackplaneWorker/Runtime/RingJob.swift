// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// A method that a thread of the ring has taken out and is about to run.
///
/// One for each thread, used again and again: a call costs no memory of its own here.
final class RingJob {
    private(set) var call: RunningCall?
    private(set) var method: UInt32 = 0
    private var bytes: [UInt8] = []
    /// A payload that has memory of its own, lent by the host.
    private var payload: Payload?

    /// Takes a call's frame; its arguments are copied unless they lie in memory of their own.
    func take(_ frame: borrowing IncomingFrame, _ call: RunningCall) {
        self.call = call
        method = frame.code
        bytes.removeAll(keepingCapacity: true)
        payload = frame.copyPayload(to: &bytes) ? nil : frame.payload
    }

    /// Lends the arguments, which must not leave `body`.
    func withArguments(
        in memory: PluginMemory, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        guard let payload else { return unsafe bytes.withUnsafeBufferPointer(body) }
        unsafe memory.lend(payload) { unsafe body($0.bindMemory(to: UInt8.self)) }
    }

    /// Lets go of the call.
    func end() {
        call = nil
        payload = nil
    }
}
