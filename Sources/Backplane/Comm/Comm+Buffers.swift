// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

extension Comm {
    /// Builds bytes in the memory that they are sent from: nothing of them is copied on their way.
    ///
    /// ```swift
    /// func render(_ width: Int, _ height: Int) throws -> Bytes {
    ///     try comm.withPayloadBuffer(capacity: 4 * width * height) { pixels in … }
    /// }
    /// ```
    ///
    /// What is built is a result, a message, a request, or the last argument of a call. For a call of
    /// a forked service by code in the host's process, `service` says which one: the memory is that
    /// of one of its workers then, and the call goes there if that worker is up and not busier than
    /// others.
    ///
    /// Such memory is bounded (`pool` in the configuration). When there is no room, it blocks the thread
    /// until there is, within the running call's deadline.
    ///
    /// - Parameters:
    ///   - capacity: How many bytes there may be.
    ///   - service: Whom they are to be sent to by a call.
    ///   - timeout: How long to wait for room; what is left of the call when not given.
    ///   - fill: Appends the bytes, once.
    /// - Throws: What `fill` throws; `deadline-exceeded` when there is no room in time, `too-large` when
    ///   there never will be, `invalid-argument` for a negative capacity, `not-found` and
    ///   `permission-denied` for the service.
    public func withPayloadBuffer(
        capacity: Int, for service: String? = nil, timeout: Duration? = nil,
        _ fill: (inout OutputSpan<UInt8>) throws -> Void
    ) throws -> Bytes {
        guard let buffers = buffers(capacity) else {
            return try Bytes(capacity: capacity, initializingWith: fill)
        }
        let memory = try buffers.allocate(
            Self.size(capacity), for: service ?? "", of: try speaker, by: limit(timeout),
            mayWait: true)
        guard let memory else { throw BackplaneError(.internal, "a wait ended without a buffer") }
        return try unsafe Bytes(in: memory.bytes, of: memory.reference, fill)
    }

    /// Builds bytes in the memory that they are sent from: nothing of them is copied on their way.
    ///
    /// When there is no room for them, it suspends until there is, within the running call's deadline.
    ///
    /// - Throws: As the synchronous form.
    public func withPayloadBuffer(
        capacity: Int, for service: String? = nil, timeout: Duration? = nil,
        _ fill: (inout OutputSpan<UInt8>) throws -> Void
    ) async throws -> Bytes {
        guard let buffers = buffers(capacity) else {
            return try Bytes(capacity: capacity, initializingWith: fill)
        }
        let (size, service) = (Self.size(capacity), service ?? "")
        let (call, limit) = (try speaker, limit(timeout))
        var memory = try buffers.allocate(
            size, for: service, of: call, by: limit, mayWait: false)
        if memory == nil {
            // A thread of the slot waits for it, which may.
            memory = try await instance.executor.blocking { () throws(BackplaneError) in
                try buffers.allocate(size, for: service, of: call, by: limit, mayWait: true)
            }
        }
        guard let memory else { throw BackplaneError(.internal, "a wait ended without a buffer") }
        return try unsafe Bytes(in: memory.bytes, of: memory.reference, fill)
    }

    /// The host's buffers, where they are worth it; it has words for a capacity that makes no sense.
    private func buffers(_ capacity: Int) -> HostBuffers? {
        UInt(bitPattern: capacity) > UInt(HostBuffers.minimum) ? instance.buffers : nil
    }

    /// What to ask for: of a capacity that makes no sense, a size that is negative, too.
    private static func size(_ capacity: Int) -> Int {
        capacity < 0 ? capacity : Bytes.room &+ capacity
    }

    private func limit(_ timeout: Duration?) -> UInt64 {
        let own = call?.deadline ?? .max
        guard let timeout else { return own }
        let (end, isBeyond) = MonotonicTime.now.addingReportingOverflow(Duration.timeout(timeout))
        return isBeyond ? own : min(own, end)
    }
}
