// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// The calls that a plugin may name.
///
/// What the plugin holds is a number dressed as a pointer: a call that it uses after giving it back
/// is not found, where a real pointer would be followed into freed memory.
final class CallTable: Sendable {
    private let calls = Mutex(NumberTable<RunningCall>())
    private let droppedOutcomes = Atomic<Int>(0)

    /// Outcomes that came for calls that had ended.
    var dropped: Int { droppedOutcomes.load(ordering: .relaxed) }

    func insert(_ call: consuming RunningCall) {
        let number = call.number
        // Moved: each count up or down takes as long as the rest.
        var call = Optional(call)
        calls.withLock { calls in
            if let call = call.take() { calls.insert(call, for: number) }
        }
    }

    func find(_ number: UInt64) -> RunningCall? {
        calls.withLock { $0[number] }
    }

    func find(_ handle: OpaquePointer?) -> RunningCall? {
        unsafe find(Self.number(of: handle))
    }

    /// Ends a call.
    ///
    /// - Parameter outcome: Made only when the call has to keep it.
    /// - Returns: The call, if its outcome is to be sent now.
    func complete(_ number: UInt64, _ outcome: () -> FrameOutcome) -> RunningCall? {
        // What was handed out for it goes with it, mostly the last: then it is where it belongs.
        let found = calls.withLock { calls -> (RunningCall, RunningCall.Completion)? in
            guard let call = calls.remove(number) else { return nil }
            let (completion, isSpent) = call.complete(outcome)
            if !isSpent { calls.insert(call, for: number) }
            return (call, completion)
        }
        switch found {
        case (let call, .send)?: return call
        case (_, .held)?: return nil
        case (_, .late)?, nil:
            droppedOutcomes.add(1, ordering: .relaxed)
            return nil
        }
    }

    func release(_ number: UInt64) {
        calls.withLock { calls in
            guard let call = calls[number] else { return }
            call.release()
            if call.isSpent { calls.remove(number) }
        }
    }

    static func number(of handle: OpaquePointer?) -> UInt64 {
        UInt64(UInt(bitPattern: handle))
    }

    static func handle(_ number: UInt64) -> OpaquePointer? {
        unsafe OpaquePointer(bitPattern: UInt(number))
    }
}
