// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CLinux
internal import Glibc

/// The socket by which a fork server or a template, and each of its children until that is set up,
/// speaks to the host; always descriptor `WorkerDescriptor.control`.
enum ControlSocket {
    static let descriptor = WorkerDescriptor.control

    /// Sends a report; false when the host has gone, or has closed its end.
    @discardableResult
    static func report(_ report: ForkReport, passing passed: CInt? = nil) -> Bool {
        let packet = report.packet()
        let descriptors = passed.map { [$0] } ?? []
        return unsafe clinux_send_packet(
            descriptor, packet, packet.count, descriptors, descriptors.count) >= 0
    }

    /// Takes a packet, and the descriptors that have come with it, which are the caller's then.
    ///
    /// - Returns: The packet's size; 0 when the other side has gone, less and errno on failure.
    static func receive(
        from socket: CInt, into packet: inout [UInt8], waiting: Bool
    ) -> (size: Int, descriptors: [CInt]) {
        var descriptors = [CInt](repeating: -1, count: Int(CLINUX_MAX_PASSED))
        var count = descriptors.count
        let room = packet.count
        let size = unsafe clinux_receive_packet(
            socket, &packet, room, &descriptors, &count, waiting ? 1 : 0)
        descriptors.removeLast(descriptors.count - count)
        return (size, descriptors)
    }

    /// Keeps the numbers of workers' descriptors taken, so that what is opened later lies above.
    ///
    /// What a plugin opens while it is loaded into a template stays open in the workers, and must not
    /// have a number that is put to another use there.
    static func reserveNumbers() throws(TransportError) {
        for descriptor in WorkerDescriptor.allCases {
            try place(0, at: descriptor.number)
        }
    }

    /// Puts a descriptor in its place, where no program that is started gets it.
    static func place(_ descriptor: CInt, at number: CInt) throws(TransportError) {
        try SystemCall.check(clinux_duplicate(descriptor, number), "dup3")
    }
}
