// SPDX-License-Identifier: Apache-2.0

import CBackplane
import Glibc
import Synchronization

/// Where the outcome of a call is put that a thread blocks for; it lies on that thread's stack.
///
/// In the host's process it is as good as always a small value, given on the thread that has asked for it before
/// `call` returns: that takes no lock, and no memory but the stack's.
///
/// Nothing is put together here of a type that is not known (`Result?`): to look up what that is takes as long as
/// encoding the arguments.
@safe
struct BlockedReply: ~Copyable {
    private struct Meeting {
        /// Where the thread waits, once it does.
        var gate: Gate?
        var answer: Answer?
    }

    /// Room for a small value.
    private var room = InlineArray<32, UInt64>(repeating: 0)
    private static let roomSize = 256
    /// How many bytes of a value are in the room; -1 for none.
    private var count = -1
    private let thread = pthread_self()
    /// Keeps a large answer where it is.
    private let buffers: HostBuffers?
    /// What another thread and the one that waits have to say to each other.
    private let meeting = Mutex(Meeting())

    private init(keeping buffers: HostBuffers?) {
        self.buffers = buffers
    }

    /// Has the host asked, waits until it has told, and reads what.
    ///
    /// - Parameters:
    ///   - buffers: Keep a large answer where it is.
    ///   - ask: Asks the host, to be told by `callback` and this context.
    ///   - read: Reads the outcome, on this thread.
    static func wait<Result>(
        keeping buffers: HostBuffers?, ask: (UnsafeMutableRawPointer) -> Void,
        read: (LentAnswer) throws(BackplaneError) -> Result
    ) throws(BackplaneError) -> Result {
        var reply = BlockedReply(keeping: buffers)
        // SAFETY: the reply stays where it is until the host has told, which is waited for here.
        return try unsafe withUnsafeMutablePointer(to: &reply) {
            (place) throws(BackplaneError) -> Result in
            unsafe ask(UnsafeMutableRawPointer(place))
            let count = unsafe place.pointee.count
            guard count >= 0 else { return try unsafe read(.answer(place.pointee.block())) }
            // SAFETY: as many bytes of it were written.
            return try unsafe withUnsafePointer(to: &place.pointee.room) {
                (room) throws(BackplaneError) -> Result in
                let bytes = unsafe UnsafeRawPointer(room).assumingMemoryBound(to: UInt8.self)
                return try unsafe read(.value(UnsafeBufferPointer(start: bytes, count: count)))
            }
        }
    }

    /// Waits for another thread.
    @inline(never)
    private borrowing func block() -> Answer {
        let gate = Gate()
        let known = meeting.withLock { meeting in
            meeting.gate = gate
            return meeting.answer
        }
        if let known { return known }
        gate.wait()
        let answer = meeting.withLock { $0.answer }
        return answer ?? .error(BackplaneError(.internal, "a wait ended without an answer"))
    }

    /// Takes the host's outcome for the reply that the context is the address of.
    static let callback: backplane_reply = { context, outcome in
        guard let context = unsafe context else { return }
        // SAFETY: the host calls this exactly once, and until then the thread waits that has the reply; what
        // another thread touches of it is under its lock.
        let reply = unsafe context.assumingMemoryBound(to: BlockedReply.self)
        if unsafe pthread_equal(reply.pointee.thread, pthread_self()) != 0,
            unsafe reply.pointee.takeSmall(UnsafeRawPointer(outcome))
        {
            return
        }
        unsafe reply.pointee.take(UnsafeRawPointer(outcome))
    }

    private borrowing func take(_ outcome: UnsafeRawPointer?) {
        let answer = unsafe Answer(copying: outcome, keeping: buffers)
        let gate = meeting.withLock { meeting in
            meeting.answer = answer
            return meeting.gate
        }
        // From here on this reply may be gone.
        gate?.open()
    }

    /// Copies a value that there is room for.
    private mutating func takeSmall(_ outcome: UnsafeRawPointer?) -> Bool {
        guard let outcome = unsafe outcome, unsafe backplane_outcome_code(outcome) == 0 else {
            return false
        }
        // SAFETY: the outcome and all it points to are borrowed while the callback runs.
        let bytes = unsafe backplane_outcome_payload(outcome)
        let size = unsafe bytes == nil ? 0 : backplane_outcome_payload_size(outcome)
        guard size <= UInt64(Self.roomSize) else { return false }
        if let bytes = unsafe bytes {
            unsafe withUnsafeMutableBytes(of: &room) {
                unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: Int(size)))
            }
        }
        count = Int(size)
        return true
    }
}
