// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

extension SharedRegion {
    /// Makes the memory that this process writes and its peer reads, and the descriptor to hand on.
    ///
    /// Once it is mapped here nobody else can get a writable mapping of it.
    static func own(
        _ layout: RegionLayout
    ) throws(TransportError) -> (region: SharedRegion, descriptor: CInt) {
        try make("backplane-host", layout, isOwn: true) { clinux_seal_writing($0) }
    }

    /// Makes the memory that the peer will write, read-only here.
    ///
    /// Its size is sealed: without that its writer could give this process a fault.
    static func peer(
        _ layout: RegionLayout
    ) throws(TransportError) -> (region: SharedRegion, descriptor: CInt) {
        try make("backplane-worker", layout, isOwn: false) { clinux_seal_seals($0) }
    }

    private static func make(
        _ name: String, _ layout: RegionLayout, isOwn: Bool, seal: (CInt) -> CInt
    ) throws(TransportError) -> (region: SharedRegion, descriptor: CInt) {
        let descriptor = unsafe clinux_sealed_memory(name, layout.size)
        guard descriptor >= 0 else { throw .lastError("memfd_create") }
        do throws(TransportError) {
            let region = try SharedRegion(descriptor: descriptor, layout: layout, isOwn: isOwn)
            guard seal(descriptor) == 0 else { throw .lastError("fcntl(F_ADD_SEALS)") }
            return (region, descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }
}
