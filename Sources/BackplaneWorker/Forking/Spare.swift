// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CLinux
internal import Glibc

/// A child of a template that was forked ahead, and waits for the request that makes it a worker.
///
/// The fork, and the pages that each worker writes first, are most of the way from a request to a worker.
/// A spare has both behind it. Nothing of the plugin has run in it but what runs at each fork.
struct Spare {
    let pid: pid_t
    /// What the request goes into.
    private let socket: CInt

    /// Forks one of a template.
    ///
    /// - Parameter packet: The template's, with room for any request; the child uses a copy.
    /// - Returns: Nothing when the system has no room for it: workers are forked when they are asked for then.
    static func make(_ origin: WorkerSetup.Origin, _ packet: inout [UInt8]) -> Spare? {
        var pair: [CInt] = [-1, -1]
        guard unsafe clinux_packet_pair(&pair) == 0 else { return nil }
        let pid = clinux_fork()
        if pid == 0 {
            close(pair[0])
            serve(pair[1], origin, &packet)
        }
        close(pair[1])
        guard pid > 0 else {
            close(pair[0])
            return nil
        }
        return Spare(pid: pid, socket: pair[0])
    }

    /// Has it become the worker that is asked for.
    ///
    /// - Returns: False when it is gone, or about to be: then it will not.
    consuming func become(_ packet: ArraySlice<UInt8>, _ descriptors: [CInt]) -> Bool {
        defer { close(socket) }
        // SAFETY: borrowed for the system call alone.
        return unsafe packet.withUnsafeBytes { bytes in
            unsafe clinux_send_packet(
                socket, bytes.baseAddress, bytes.count, descriptors, descriptors.count) >= 0
        }
    }

    /// Closes the socket, on which one that is still there ends.
    consuming func leave() { close(socket) }

    // MARK: In the child

    private static func serve(
        _ socket: CInt, _ origin: WorkerSetup.Origin, _ packet: inout [UInt8]
    ) -> Never {
        unsafe clinux_set_name("bp-spare")
        do throws(TransportError) {
            try origin.joinHost()
            // Writes what each worker writes, so that the pages are its own by then, on the thread that
            // sets it up and on those that it begins with. Where that fails a worker is slower, no more.
            try? WarmUp.rehearse()
            Threads.prepare(WorkerRuntime.firstThreads) { try? WarmUp.rehearse() }
            let (request, descriptors) = try receive(socket, &packet)
            close(socket)
            guard descriptors.count == WorkerDescriptor.allCases.count else {
                WorkerSetup.refuse(request, "it got \(descriptors.count) descriptors")
                _exit(126)
            }
            WorkerSetup(request: request, origin: origin, descriptors: descriptors).becomeWorker()
        } catch {
            Diagnostics.write("backplane-worker: \(error.message)")
            _exit(126)
        }
    }

    /// Waits for the request, for which `packet` has room.
    private static func receive(
        _ socket: CInt, _ packet: inout [UInt8]
    ) throws(TransportError) -> (ForkRequest, [CInt]) {
        let (size, descriptors) = ControlSocket.receive(from: socket, into: &packet, waiting: true)
        // The template is gone, and so is every reason to be here.
        guard size > 0 else { clinux_die_with_group() }
        return (try ForkRequest(packet: Array(packet.prefix(size))), descriptors)
    }
}
