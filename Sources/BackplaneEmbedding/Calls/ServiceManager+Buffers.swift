// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneTransport

extension ServiceManager {
    /// Builds bytes in the memory that a service reads them in: nothing of them is copied on their way.
    ///
    /// ```swift
    /// let image = try await manager.withPayloadBuffer(for: "resizer", capacity: size) { pixels in … }
    /// let small: Bytes = try await manager.call("resizer", "halve", image)
    /// ```
    ///
    /// They are the last argument of a call. Where the service is forked, the memory is that of one of
    /// its workers, and the call goes there if that worker is up and not busier than others; anywhere
    /// else they are copied once.
    ///
    /// Such memory is bounded (`poolBytes`). When there is no room, it suspends until there is.
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
    ) async throws -> Bytes {
        try await start()
        guard Bytes.canHold(capacity) else {
            throw BackplaneError(
                .invalidArgument, "no payload buffer has a capacity of \(capacity) bytes")
        }
        let made: ProgramBuffer
        do throws(CallError) {
            made = try await host.programBuffer(
                Bytes.room + capacity, for: service, timeout: timeout)
        } catch {
            throw BackplaneError(error)
        }
        return try unsafe Bytes(in: made.buffer.memory, of: made, fill)
    }
}
