// SPDX-License-Identifier: Apache-2.0

/// What the fork server, a template or a child of theirs tells the host: one packet each.
public enum ForkReport: Sendable, Equatable {
    /// It is there.
    case ready(protocolVersion: UInt64)
    /// A worker runs; its pidfd comes with the packet.
    case spawned(request: UInt64, pid: Int32)
    /// A worker could not be made, and nothing of it is left.
    case refused(request: UInt64, message: String)
    /// A worker has ended; once for each that was spawned.
    ///
    /// One that ended before it could say that it runs comes without that.
    case exited(request: UInt64, WorkerExit)
    /// A template has opened its plugin: workers can be forked from it.
    case opened
    /// A template can't be one, and ends.
    case unfit(message: String)
    /// A bare child is there.
    case answered(request: UInt64)

    /// Reads a packet.
    public init(packet: [UInt8]) throws(TransportError) {
        var reader = FieldReader(packet)
        let kind = try reader.number()
        let number = try reader.number()
        switch kind {
        case 1:
            self = .ready(protocolVersion: number)
            return
        case 2:
            self = .spawned(
                request: number, pid: Int32(truncatingIfNeeded: try reader.number()))
        case 3: self = .refused(request: number, message: try reader.string())
        case 4:
            let pid = Int32(truncatingIfNeeded: try reader.number())
            let how = try reader.number()
            let detail = Int32(truncatingIfNeeded: try reader.number())
            let memory = try reader.number()
            let cpu = try reader.number()
            self = .exited(
                request: number,
                WorkerExit(
                    pid: pid, reason: how == 0 ? .exited(detail) : .signaled(detail),
                    peakMemoryBytes: memory,
                    cpuMicroseconds: cpu))
        case 5: self = .opened
        case 6: self = .unfit(message: try reader.string())
        case 7: self = .answered(request: number)
        default: throw TransportError(.malformed, "a report of unknown kind \(kind)")
        }
        try reader.finish()
    }

    /// The packet.
    public func packet() -> [UInt8] {
        var writer = FieldWriter()
        switch self {
        case .ready(let version):
            writer.append(1)
            writer.append(version)
        case .spawned(let request, let pid):
            writer.append(2)
            writer.append(request)
            writer.append(UInt64(UInt32(bitPattern: pid)))
        case .refused(let request, let message):
            writer.append(3)
            writer.append(request)
            writer.append(message, atMost: 4096)
        case .exited(let request, let exit):
            writer.append(4)
            writer.append(request)
            writer.append(UInt64(UInt32(bitPattern: exit.pid)))
            switch exit.reason {
            case .exited(let code):
                writer.append(0)
                writer.append(UInt64(UInt32(bitPattern: code)))
            case .signaled(let signal):
                writer.append(1)
                writer.append(UInt64(UInt32(bitPattern: signal)))
            case .unknown:
                writer.append(1)
                writer.append(0)
            }
            writer.append(exit.peakMemoryBytes)
            writer.append(exit.cpuMicroseconds)
        case .opened:
            writer.append(5)
            writer.append(0)
        case .unfit(let message):
            writer.append(6)
            writer.append(0)
            writer.append(message, atMost: 4096)
        case .answered(let request):
            writer.append(7)
            writer.append(request)
        }
        return writer.bytes
    }
}
