// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport

/// A closure that takes and gives payloads.
final class ClosureBody: Sendable {
    /// Runs the closure.
    let run: @Sendable (TaskComm, Payload) async throws -> Payload

    private init(run: @escaping @Sendable (TaskComm, Payload) async throws -> Payload) {
        self.run = run
    }

    /// Wraps a closure whose arguments `decode` decodes.
    static func wrapping<Arguments: Sendable, Result>(
        decode: @escaping @Sendable (Payload) throws(CallError) -> Arguments,
        encode: @escaping @Sendable (Result) throws(CallError) -> Payload,
        _ body: @escaping @concurrent @Sendable (TaskComm, Arguments) async throws -> Result
    ) -> ClosureBody {
        ClosureBody { comm, payload in
            let arguments = try decode(payload)
            return try encode(await body(comm, arguments))
        }
    }

    /// Encodes a result.
    @Sendable
    static func encodeResult<Result: Encodable>(_ result: Result) throws(CallError) -> Payload {
        try Payload.encoding(result, what: "result")
    }

    /// Encodes that there is no result.
    @Sendable
    static func encodeNothing(_ result: Void) throws(CallError) -> Payload { .null }
}

/// A type's name, to people; a function, because the compiler fails on the expression in a pack.
private func typeName<T>(_ type: T.Type) -> String { "\(type)" }

extension Payload {
    /// The arguments, from first to last.
    func decodedArguments<each Argument: Decodable>() throws(CallError) -> (repeat each Argument) {
        var types: [String] = []
        repeat types.append(typeName((each Argument).self))
        let names = types
        do throws(PayloadError) {
            return try withSpan { (span) throws(PayloadError) -> (repeat each Argument) in
                var reader = try ArgumentReader(span, names: names)
                let arguments = (repeat try reader.next((each Argument).self))
                try reader.finish()
                return arguments
            }
        } catch {
            throw CallError(.invalidArgument, error.message)
        }
    }
}
