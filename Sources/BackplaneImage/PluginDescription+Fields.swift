// SPDX-License-Identifier: Apache-2.0

public import BackplaneTransport

/// How a description crosses from a worker to its host.
extension PluginDescription {
    /// The description as plain bytes.
    public var fields: [UInt8] {
        var writer = FieldWriter()
        for text in [name, version, summary, compiler, target] { writer.append(text) }
        writer.append(UInt64(abi.major) << 16 | UInt64(abi.minor))
        writer.append(hasState ? 1 : 0)
        writer.append(state == nil ? 0 : 1)
        for number in state?.numbers ?? [] { writer.append(UInt64(number)) }
        writer.append(UInt64(methods.count))
        for method in methods {
            writer.append(method.name)
            writer.append(method.summary)
            writer.append(method.resultType)
            writer.append((method.isIdempotent ? 1 : 0) | (method.isAsync ? 2 : 0))
            writer.append(UInt64(method.parameters.count))
            for parameter in method.parameters {
                writer.append(parameter.name)
                writer.append(parameter.type)
            }
        }
        return writer.bytes
    }

    /// Reads what a worker says of its plugin.
    ///
    /// - Throws: `.malformed` when it is not whole.
    public init(fields: [UInt8]) throws(TransportError) {
        var reader = FieldReader(fields)
        self.init(name: try reader.string(), version: try reader.string())
        summary = try reader.string()
        compiler = try reader.string()
        target = try reader.string()
        let version = try reader.number()
        abi = ABIVersion(
            major: UInt16(truncatingIfNeeded: version >> 16),
            minor: UInt16(truncatingIfNeeded: version))
        hasState = try reader.number() != 0
        if try reader.number() != 0 { state = try Self.versions(&reader) }
        for _ in 0..<(try reader.count()) {
            var method = MethodDescription(name: try reader.string())
            method.summary = try reader.string()
            method.resultType = try reader.string()
            let flags = try reader.number()
            method.isIdempotent = flags & 1 != 0
            method.isAsync = flags & 2 != 0
            for _ in 0..<(try reader.count()) {
                method.parameters.append(
                    .init(name: try reader.string(), type: try reader.string()))
            }
            methods.append(method)
        }
        try reader.finish()
    }

    private static func versions(
        _ reader: inout FieldReader
    ) throws(TransportError) -> StateVersions {
        var numbers: [UInt32] = []
        // A number that is none of the ABI's is no version either.
        for _ in 0..<5 { numbers.append(UInt32(exactly: try reader.number()) ?? 0) }
        let versions = StateVersions(
            version: numbers[0], readsFrom: numbers[1], readsTo: numbers[2],
            writesFrom: numbers[3], writesTo: numbers[4])
        guard let versions else {
            throw TransportError(.malformed, "the versions of a plugin's state are no ranges")
        }
        return versions
    }
}
