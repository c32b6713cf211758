// SPDX-License-Identifier: Apache-2.0

/// What the host asks of the fork server: one packet.
///
/// With it come the descriptors of `WorkerDescriptors`.
public struct ForkRequest: Sendable, Equatable {
    /// Changes whenever requests or reports do: host and fork server come from one build.
    public static let protocolVersion: UInt64 = 3
    /// A packet has to fit into a socket's buffer.
    public static let maximumSize = 128 << 10

    /// The host's number for it; reports repeat it.
    public var request: UInt64
    /// The name that tools show for the process.
    public var name: String
    /// The whole environment, as `KEY=value`.
    public var environment: [String]
    /// What the worker may use.
    public var limits: WorkerLimits
    /// The sizes of its channel's memory.
    public var layout: RegionLayout
    /// Whether debuggers may attach, and the neighbours with them.
    public var isDebuggable: Bool

    /// Makes a request.
    public init(
        request: UInt64, name: String, environment: [String], limits: WorkerLimits,
        layout: RegionLayout = RegionLayout(), isDebuggable: Bool
    ) {
        self.request = request
        self.name = name
        self.environment = environment
        self.limits = limits
        self.layout = layout
        self.isDebuggable = isDebuggable
    }

    /// Reads a packet.
    public init(packet: [UInt8]) throws(TransportError) {
        var reader = FieldReader(packet)
        request = try reader.number()
        name = try reader.string()
        limits = WorkerLimits()
        limits.memoryBytes = try reader.optionalNumber()
        limits.cpuSeconds = try reader.optionalNumber()
        limits.openFiles = try reader.optionalNumber()
        layout = RegionLayout(
            ringBytes: Int(clamping: try reader.number()),
            poolBytes: Int(clamping: try reader.number()))
        isDebuggable = try reader.number() != 0
        environment = []
        for _ in 0..<(try reader.count()) { environment.append(try reader.string()) }
        try reader.finish()
    }

    /// The packet.
    ///
    /// - Throws: `.tooLarge` when the environment is.
    public func packet() throws(TransportError) -> [UInt8] {
        var writer = FieldWriter()
        writer.append(request)
        writer.append(name)
        writer.append(limits.memoryBytes ?? .max)
        writer.append(limits.cpuSeconds ?? .max)
        writer.append(limits.openFiles ?? .max)
        writer.append(UInt64(layout.ringBytes))
        writer.append(UInt64(layout.poolBytes))
        writer.append(isDebuggable ? 1 : 0)
        writer.append(UInt64(environment.count))
        for variable in environment { writer.append(variable, atMost: Self.maximumSize) }
        guard writer.bytes.count <= Self.maximumSize else {
            throw TransportError(
                .tooLarge,
                "the environment of \(name) is larger than \(Self.maximumSize >> 10) KiB")
        }
        return writer.bytes
    }
}
