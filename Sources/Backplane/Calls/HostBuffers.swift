// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import CBackplane

/// Large memory that the host gives and keeps: its extension "backplane.buffers/1".
///
/// SAFETY: the tables live as long as the image, and their functions may be called from any thread and
/// several at once.
@safe
package struct HostBuffers: @unchecked Sendable {
    private let host: UnsafeRawPointer
    private let table: UnsafeRawPointer

    /// Nothing where the host does not have it.
    init?(of host: HostTable) {
        guard let table = unsafe host.extension("backplane.buffers/1") else { return nil }
        unsafe self.host = host.raw
        unsafe self.table = table
    }

    /// Smaller payloads are copied anyway.
    static var minimum: Int { Int(BACKPLANE_BUFFER_MINIMUM) }

    /// A reference to memory of the host, given back when nobody knows this any more.
    @safe
    package final class Reference: Sendable {
        // SAFETY: a number of the host's, only handed back to it.
        private nonisolated(unsafe) let raw: UnsafeMutableRawPointer
        private let buffers: HostBuffers

        init(_ raw: UnsafeMutableRawPointer, of buffers: HostBuffers) {
            unsafe self.raw = raw
            self.buffers = buffers
        }

        deinit {
            unsafe backplane_host_release_buffer(buffers.host, buffers.table, raw)
        }
    }

    /// Keeps borrowed memory as it is; nothing when it has to be copied.
    func keep(_ bytes: UnsafePointer<UInt8>?, _ count: UInt64) -> Reference? {
        guard count > UInt64(Self.minimum),
            let raw = unsafe backplane_host_keep(host, table, bytes, count)
        else { return nil }
        return unsafe Reference(raw, of: self)
    }

    /// Memory to build in, and the reference to it.
    @safe
    struct Memory: @unchecked Sendable {
        // SAFETY: it stays as long as the reference, and nobody else knows it yet.
        let bytes: UnsafeMutableRawBufferPointer
        let reference: Reference
    }

    /// Asks for memory.
    ///
    /// - Parameters:
    ///   - service: Whom it is to be sent to by a call; empty for anybody.
    ///   - deadline: When the wait for room ends, in nanoseconds of the monotonic clock.
    ///   - mayWait: Whether it may block.
    /// - Returns: Nothing when there is no room now, and it may not wait.
    func allocate(
        _ size: Int, for service: String, of call: CallPointer?, by deadline: UInt64, mayWait: Bool
    ) throws(BackplaneError) -> Memory? {
        var service = service
        var raw: UnsafeMutableRawPointer?
        var bytes: UnsafeMutablePointer<UInt8>?
        let code = service.withUTF8 { service in
            unsafe backplane_host_allocate(
                host, table, call?.raw, characters(service), UInt64(service.count),
                UInt64(bitPattern: Int64(size)), deadline,
                mayWait ? 0 : UInt32(BACKPLANE_BUFFER_NO_WAIT), &raw, &bytes)
        }
        if code == UInt32(BACKPLANE_OVERLOADED), !mayWait { return nil }
        guard code == 0, let raw = unsafe raw, let bytes = unsafe bytes else {
            let code = BackplaneError.Code(number: code == 0 ? UInt32(BACKPLANE_INTERNAL) : code)
            let whose = service.isEmpty ? "" : " for '\(service)'"
            throw BackplaneError(code, "there is no buffer of \(size) bytes\(whose): \(code)")
        }
        return unsafe Memory(
            bytes: UnsafeMutableRawBufferPointer(start: bytes, count: size),
            reference: Reference(raw, of: self))
    }
}

extension Bytes {
    /// Takes borrowed bytes: a copy, unless they are many and can be kept.
    package init(
        borrowed bytes: UnsafePointer<UInt8>?, count: UInt64, keeping buffers: HostBuffers?
    ) {
        if let kept = unsafe buffers?.keep(bytes, count) {
            self.init(
                .memory(
                    unsafe BytesMemory(
                        UnsafeBufferPointer(start: bytes, count: Int(count)), owner: kept)))
        } else {
            self.init(unsafe [UInt8](copying: bytes, count: count))
        }
    }
}

extension RunningCall {
    /// The payload of the call that is being begun, as what `Bytes` are read from without a copy;
    /// nothing when it is small.
    static func source(of payload: Span<UInt8>) -> BytesSource? {
        guard payload.count > HostBuffers.minimum, let buffers = active?.instance.buffers else {
            return nil
        }
        return unsafe payload.withUnsafeBufferPointer { memory in
            // SAFETY: only called while the payload is decoded, for which it is borrowed.
            nonisolated(unsafe) let start = memory.baseAddress
            let count = UInt64(memory.count)
            return unsafe BytesSource(UnsafeRawBufferPointer(memory)) {
                unsafe buffers.keep(start, count)
            }
        }
    }
}
