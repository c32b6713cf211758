// SPDX-License-Identifier: Apache-2.0

/// What the host asks of the fork server, or of a template: one packet.
public struct ForkRequest: Sendable, Equatable {
    /// What is to be forked.
    public enum Kind: Sendable, Equatable {
        /// A worker; the descriptors of `WorkerDescriptor` come with the packet.
        ///
        /// Of a template it gets environment, limits and all else that the template has.
        case worker
        /// A template, which opens the plugin at a path; its control socket and its log pipe come with
        /// the packet.
        case template(plugin: String)
        /// A child that says that it is there and ends: what a fork alone takes.
        case bare
    }

    /// Changes whenever requests, reports or `RegionLayout` do: host and fork server come from one build.
    public static let protocolVersion: UInt64 = 4
    /// A packet has to fit into a socket's buffer.
    public static let maximumSize = 128 << 10

    /// The host's number for it; reports repeat it.
    public var request: UInt64
    /// What is wanted.
    public var kind: Kind
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
        request: UInt64, kind: Kind = .worker, name: String, environment: [String] = [],
        limits: WorkerLimits = WorkerLimits(), layout: RegionLayout = RegionLayout(),
        isDebuggable: Bool = false
    ) {
        self.request = request
        self.kind = kind
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
        switch try reader.number() {
        case 1: kind = .worker
        case 2: kind = .template(plugin: try reader.string())
        case 3: kind = .bare
        case let other: throw TransportError(.malformed, "a request of unknown kind \(other)")
        }
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
        switch kind {
        case .worker: writer.append(1)
        case .template(let plugin):
            writer.append(2)
            writer.append(plugin)
        case .bare: writer.append(3)
        }
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
