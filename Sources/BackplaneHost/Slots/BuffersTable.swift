// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane

/// The host's half of the extension `backplane.buffers/1`, for plugins in this process.
@safe
enum BuffersTable {
    // SAFETY: immortal and never changed.
    nonisolated(unsafe) static let pointer = unsafe backplane_host_buffers_make(
        allocate, release, keep)

    private static let allocate:
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, UInt64, UInt64, UInt64,
            UInt32, UnsafeMutablePointer<OpaquePointer?>?,
            UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?
        ) -> UInt32 = {
            context, call, target, targetSize, size, deadline, flags, buffer, bytes in
            guard let instance = unsafe HostTable.instance(context), let buffer = unsafe buffer,
                let bytes = unsafe bytes, let size = Int(exactly: size)
            else { return UInt32(BACKPLANE_INVALID_ARGUMENT) }
            let service = unsafe String(backplaneText: target, count: targetSize)
            let call = unsafe HostTable.reference(call)?.takeUnretainedValue()
            do throws(CallError) {
                let memory = try instance.context.buffer(
                    size, for: service.isEmpty ? nil : service, of: call,
                    by: min(Instant(nanoseconds: deadline), call?.deadline ?? .never),
                    mayWait: flags & UInt32(BACKPLANE_BUFFER_NO_WAIT) == 0)
                guard let memory else { return UInt32(BACKPLANE_OVERLOADED) }
                unsafe bytes.pointee = memory.memory.bindMemory(to: UInt8.self).baseAddress
                unsafe buffer.pointee = OpaquePointer(bitPattern: instance.memory.add(memory))
                return UInt32(BACKPLANE_OK)
            } catch {
                return error.code.rawValue
            }
        }

    private static let release: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> Void =
        {
            unsafe HostTable.instance($0)?.memory.release(UInt(bitPattern: $1))
        }

    private static let keep:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt64) -> OpaquePointer? =
            {
                unsafe HostTable.instance($0)?.memory.keep($1, $2).flatMap {
                    unsafe OpaquePointer(bitPattern: $0)
                }
            }
}
