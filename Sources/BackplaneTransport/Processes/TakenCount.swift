// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// How many calls a worker has taken out of its channel, in memory that outlives it.
///
/// The worker counts a call before any code of the plugin sees it. Once it is dead the host knows
/// which of the calls it had sent have certainly not run.
@safe
public final class TakenCount: Sendable {
    private static let size = 4096

    // SAFETY: a mapping of our own, unmapped in deinit, of a file whose size is sealed; touched only
    // through atomic loads and stores.
    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer

    /// Makes a count that is read here, and the descriptor by which a worker writes it.
    package static func make() throws(TransportError) -> (count: TakenCount, peer: CInt) {
        let descriptor = unsafe clinux_sealed_memory("backplane-taken", size)
        guard descriptor >= 0 else { throw .lastError("memfd_create") }
        do throws(TransportError) {
            return (try TakenCount(descriptor: descriptor, isWritable: false), descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Maps the count behind a descriptor, which the caller may close afterwards.
    package init(descriptor: CInt, isWritable: Bool) throws(TransportError) {
        guard let memory = unsafe clinux_map_shared(descriptor, Self.size, isWritable ? 1 : 0)
        else { throw .lastError("mmap") }
        unsafe self.memory = memory
    }

    deinit {
        unsafe clinux_unmap(memory, Self.size)
    }

    /// The count; a claim of the worker.
    public var value: UInt64 { unsafe clinux_load(memory) }

    /// Counts one more; only the worker's one reading thread may.
    package func increment() {
        unsafe clinux_store(memory, value + 1)
    }
}
