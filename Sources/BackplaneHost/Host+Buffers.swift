// SPDX-License-Identifier: Apache-2.0

public import BackplaneTransport

/// Payloads that are built where a service reads them.
extension Host {
    /// Builds a payload in the memory that a service reads it in: nothing of it is copied on its way.
    ///
    /// It is the arguments of a call of that service: one CBOR item. Where the service is forked, the
    /// memory is that of one of its workers, and the call goes there if that worker is up and not
    /// busier than others; anywhere else it is copied once. Such memory is bounded (`pool`); when there
    /// is no room, it suspends until there is.
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - capacity: How many bytes there may be.
    ///   - timeout: How long to wait for room; as long as the service's calls may take when not given.
    ///   - fill: Appends the bytes, once.
    /// - Throws: What `fill` throws; `deadline-exceeded` when there is no room in time, `too-large` when
    ///   there never will be, `invalid-argument` for a negative capacity, `not-found` for the service.
    public func withPayloadBuffer(
        for service: String, capacity: Int, timeout: Duration? = nil,
        _ fill: (inout OutputSpan<UInt8>) throws -> Void
    ) async throws -> Payload {
        guard capacity >= 0 else {
            throw CallError(
                .invalidArgument, "no payload buffer has a capacity of \(capacity) bytes")
        }
        let buffer = try await buffer(capacity, for: service, timeout: timeout)
        // SAFETY: the buffer is new, and nobody else has it.
        let place = unsafe buffer.memory.bindMemory(to: UInt8.self)
        var output = unsafe OutputSpan(buffer: place, initializedCount: 0)
        try fill(&output)
        return buffer.payload(0..<(unsafe output.finalize(for: place)))
    }

    /// Memory to build a payload for a service in, which the program's own plugins may name, too.
    package func programBuffer(
        _ size: Int, for service: String, timeout: Duration?
    ) async throws(CallError) -> ProgramBuffer {
        ProgramBuffer(
            try await buffer(size, for: service, timeout: timeout), in: resources.router.memory)
    }

    private func buffer(
        _ size: Int, for service: String, timeout: Duration?
    ) async throws(CallError) -> PayloadBuffer {
        let router = resources.router
        let now = Instant.now
        let deadline =
            timeout.map { now.advanced(by: $0) }
            ?? router.receiver(service)?.deadline(of: "", from: now) ?? .never
        return try await router.buffer(size, for: service, by: deadline)
    }
}
