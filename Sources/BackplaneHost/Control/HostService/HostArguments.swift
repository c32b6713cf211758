// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport
internal import Logging

/// The arguments of a call of the service `host`, by position or by name.
struct HostArguments {
    private let payload: Payload
    private let parameters: [String]

    init(_ call: Call, _ parameters: String...) {
        payload = call.arguments
        self.parameters = parameters
    }

    /// Names of services; none given means all.
    func names() throws(CallError) -> [String]? {
        try read { reader throws(PayloadError) in try reader.next([String]?.self) }
    }

    /// The name of one service.
    func name() throws(CallError) -> String {
        try read { reader throws(PayloadError) in try reader.next(String.self) }
    }

    /// Names of services, and whether to wait for them.
    func order() throws(CallError) -> ([String], Bool) {
        try read { reader throws(PayloadError) in
            let names = try reader.next([String].self)
            return (names, try reader.next(Bool?.self) ?? true)
        }
    }

    /// What to look at again, and how.
    func reload() throws(CallError) -> ReloadRequest {
        try read { reader throws(PayloadError) in
            var request = ReloadRequest(cause: .command)
            request.services = try reader.next([String]?.self)
            request.isDry = try reader.next(Bool?.self) ?? false
            request.force = try reader.next(Bool?.self) ?? false
            return request
        }
    }

    /// A call to be made, and its arguments.
    func notice() throws(CallError) -> (String, Payload) {
        try read { reader throws(PayloadError) in
            let target = try reader.next(String.self)
            let arguments = try reader.next(Value?.self)
            return (target, Payload(try CBOR.encode(arguments ?? .array([]))))
        }
    }

    /// What to read of which logs.
    static func logs(_ call: Call, _ host: Host) throws(CallError) -> LogReading.Request {
        let arguments = HostArguments(call, "services", "lines", "level", "follow")
        let (names, lines, level, follow) = try arguments.read { reader throws(PayloadError) in
            let names = try reader.next([String]?.self)
            let lines = try reader.next(Int?.self) ?? HostMethods.defaultLogLines
            let level = try reader.next(String?.self)
            return (names, lines, level, try reader.next(Bool?.self) ?? false)
        }
        guard let least = level.map({ Logger.Level(rawValue: $0) }) ?? .trace else {
            let known = Logger.Level.allCases.map(\.rawValue)
            throw CallError(
                .invalidArgument,
                "level: unknown level '\(level ?? "")'; one of " + known.joined(separator: ", "))
        }
        return LogReading.Request(
            services: try host.managed(names), lines: lines, level: least, follow: follow)
    }

    /// Which events to read.
    ///
    /// Services that are gone may be named as long as there are events of them.
    static func events(_ call: Call, _ host: Host) throws(CallError) -> EventReading.Request {
        let arguments = HostArguments(call, "services", "count", "follow")
        let request = try arguments.read { reader throws(PayloadError) in
            EventReading.Request(
                services: try reader.next([String]?.self).map { Set($0) },
                count: try reader.next(Int?.self) ?? HostMethods.defaultEventCount,
                follow: try reader.next(Bool?.self) ?? false)
        }
        guard let services = request.services else { return request }
        let known = host.managed.map { $0.service.name } + [HostService.name]
        let unknown = services.subtracting(known)
            .subtracting(host.resources.events.last(.max).map(\.service))
        guard let first = unknown.sorted().first else { return request }
        throw .unknownService(first, among: known)
    }

    private func read<Result>(
        _ body: (inout ArgumentReader) throws(PayloadError) -> Result
    ) throws(CallError) -> Result {
        let names = parameters
        do throws(PayloadError) {
            return try payload.withSpan { span throws(PayloadError) in
                var reader = try ArgumentReader(span, names: names)
                let result = try body(&reader)
                try reader.finish()
                return result
            }
        } catch {
            throw CallError(.invalidArgument, error.message)
        }
    }
}

extension Host {
    /// The services of these names, or all.
    func managed(_ names: [String]?) throws(CallError) -> [ManagedService] {
        let all = managed
        guard let names else { return all }
        var found: [ManagedService] = []
        for name in names {
            guard let service = all.first(where: { $0.service.name == name }) else {
                throw .unknownService(name, among: all.map { $0.service.name })
            }
            found.append(service)
        }
        return found
    }
}
