// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import CBackplane
import Testing

@testable import BackplaneWorker

/// How far a call has come, whoever asks at once.
@Suite(.timeLimit(.minutes(2)))
struct RunningCallTests {
    private static let value = FrameOutcome(payload: .null)

    private static func complete(_ call: RunningCall) -> RunningCall.Completion {
        call.complete { value }.0
    }

    @Test func `its first end counts, and takes the reference that came with it`() {
        let call = RunningCall(number: 1)
        #expect(Self.complete(call) == .send)
        #expect(call.isSpent)
        #expect(Self.complete(call) == .late)
        #expect(!call.cancel() && !call.close())
        #expect(call.hasEnded && !call.isCancelled && !call.isWanted)
    }

    @Test func `a plugin that gives back more than it has ends nothing but its own call`() {
        let call = RunningCall(number: 1)
        for _ in 0..<3 { call.release() }
        #expect(!call.isSpent)
        #expect(Self.complete(call) == .send)
        #expect(call.isSpent)
        call.retain()
        #expect(call.isSpent)
    }

    @Test func `one that is kept has its outcome when it is let go, whichever comes first`() async {
        for _ in 0..<500 {
            let call = RunningCall(number: 1, isHeld: true)
            let ending = Task.detached { Self.complete(call) }
            let kept = call.letGo()
            // It was sent by who ended it, or is now: never both, never neither.
            #expect(await (ending.value == .send) == (kept == nil && call.letGo() == nil))
        }
    }

    @Test func `a waiter is told by whatever ends its wait`() {
        let ends: [(RunningCall) -> Void] = [
            { _ = Self.complete($0) }, { _ = $0.cancel() }, { _ = $0.close() },
        ]
        for end in ends {
            let call = RunningCall(number: 1)
            let waiter = unsafe RunningCall.Waiter(ready: { _ in }, context: nil)
            while call.reserve(1024, waiter: waiter) == UInt32(BACKPLANE_OK) {}
            end(call)
            #expect(call.mayBeWaitedFor)
            #expect(call.takeWaiters().count == 1)
            #expect(call.reserve(1, waiter: waiter) != nil)
            #expect(call.takeWaiters().isEmpty)
        }
    }

    @Test func `who begins it again finds nothing of the one before`() {
        let call = RunningCall(number: 1)
        let waiter = unsafe RunningCall.Waiter(ready: { _ in }, context: nil)
        while call.reserve(1024, waiter: waiter) == UInt32(BACKPLANE_OK) {}
        _ = call.close()
        _ = call.cancel()
        _ = Self.complete(call)
        call.begin(number: 2, deadline: .never, isSynchronous: true)
        #expect(call.number == 2 && call.isSynchronous)
        #expect(call.isWanted && !call.isClosed && !call.mayBeWaitedFor && !call.isSpent)
        #expect(call.takeWaiters().isEmpty)
        #expect(call.reserve(1024) == UInt32(BACKPLANE_OK))
        #expect(Self.complete(call) == .send)
    }
}
