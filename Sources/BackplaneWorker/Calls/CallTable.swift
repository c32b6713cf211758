// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// The calls that a plugin may name.
///
/// What the plugin holds is a number dressed as a pointer: a call that it uses after giving it back
/// is not found, where a real pointer would be followed into freed memory.
final class CallTable: Sendable {
    private let calls = Mutex<[UInt64: RunningCall]>([:])
    private let droppedOutcomes = Atomic<Int>(0)

    /// Outcomes that came for calls that had ended.
    var dropped: Int { droppedOutcomes.load(ordering: .relaxed) }

    func insert(_ call: RunningCall) {
        calls.withLock { $0[call.number] = call }
    }

    func find(_ number: UInt64) -> RunningCall? {
        calls.withLock { $0[number] }
    }

    func find(_ handle: OpaquePointer?) -> RunningCall? {
        unsafe find(Self.number(of: handle))
    }

    /// Ends a call; its outcome if it is to be sent now.
    func complete(_ number: UInt64, _ outcome: FrameOutcome) -> (RunningCall, FrameOutcome)? {
        guard let call = find(number) else {
            droppedOutcomes.add(1, ordering: .relaxed)
            return nil
        }
        let completion = call.complete(outcome)
        removeIfSpent(call)
        switch completion {
        case .send(let outcome): return (call, outcome)
        case .held: return nil
        case .late:
            droppedOutcomes.add(1, ordering: .relaxed)
            return nil
        }
    }

    func release(_ number: UInt64) {
        guard let call = find(number) else { return }
        call.release()
        removeIfSpent(call)
    }

    private func removeIfSpent(_ call: RunningCall) {
        if call.isSpent { calls.withLock { $0[call.number] = nil } }
    }

    static func number(of handle: OpaquePointer?) -> UInt64 {
        UInt64(UInt(bitPattern: handle))
    }

    static func handle(_ number: UInt64) -> OpaquePointer? {
        unsafe OpaquePointer(bitPattern: UInt(number))
    }
}
