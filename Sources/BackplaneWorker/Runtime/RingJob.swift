// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// A method that a thread of the ring has taken out and is about to run.
///
/// One for each thread, used again and again: a call costs no memory of its own here.
@safe
final class RingJob {
    // SAFETY: one thread has it, and no access to a part of it calls what reaches it in another way. To have
    // that checked for each call would take as long as the rest.
    @exclusivity(unchecked) private var last: RunningCall?
    private(set) var method: UInt32 = 0
    private(set) var number: UInt64 = 0
    private(set) var deadline = Instant.never
    private(set) var isSynchronous = false
    // SAFETY: its own, and freed with it.
    private let memory: UnsafeMutableRawBufferPointer
    /// How many bytes of it are the arguments.
    private var count = 0
    /// A payload that has memory of its own, lent by the host.
    private var payload: Payload?

    init() {
        unsafe memory = .allocate(byteCount: IncomingFrame.inlineLimit, alignment: 16)
    }

    deinit { unsafe memory.deallocate() }

    /// The call that was taken last.
    var call: RunningCall? { unsafe last }

    /// Takes a call's frame; its arguments are copied unless they lie in memory of their own.
    ///
    /// - Returns: The call, in the memory of the one before if nobody else has that any more.
    func take(_ frame: borrowing IncomingFrame, isSynchronous: Bool) -> RunningCall {
        number = frame.number
        deadline = Instant(nanoseconds: frame.argument)
        self.isSynchronous = isSynchronous
        let call: RunningCall
        if unsafe isKnownUniquelyReferenced(&last), let last = unsafe last {
            last.begin(number: frame.number, deadline: deadline, isSynchronous: isSynchronous)
            call = last
        } else {
            call = RunningCall(
                number: frame.number, deadline: deadline, isStep: false,
                isSynchronous: isSynchronous)
            unsafe last = call
        }
        method = frame.code
        if let count = unsafe frame.copyPayload(to: memory) {
            self.count = count
            payload = nil
        } else {
            payload = frame.payload
        }
        return call
    }

    /// Lends the arguments, which must not leave `body`.
    func withArguments(
        in memory: PluginMemory, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        guard let payload else {
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: self.memory[..<count])
            return unsafe body(bytes.bindMemory(to: UInt8.self))
        }
        unsafe memory.lend(payload) { unsafe body($0.bindMemory(to: UInt8.self)) }
    }

    /// Lets go of the arguments.
    func end() { payload = nil }
}
