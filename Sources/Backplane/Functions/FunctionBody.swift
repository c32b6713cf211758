// SPDX-License-Identifier: Apache-2.0

package import BackplanePayload

/// A closure that can be called with encoded arguments, and be boxed for direct calls.
///
/// A method's is made by binding it to an instance; a provided function is one as it is.
package final class FunctionBody: Sendable {
    /// Takes an arguments payload, decodes it before returning, and runs or prepares the closure.
    package let begin: @Sendable (Span<UInt8>) -> Step
    let isAsync: Bool
    private let makeBox: @Sendable () -> FunctionBox

    private init(
        isAsync: Bool, begin: @escaping @Sendable (Span<UInt8>) -> Step,
        makeBox: @escaping @Sendable () -> FunctionBox
    ) {
        self.isAsync = isAsync
        self.begin = begin
        self.makeBox = makeBox
    }

    /// Publishes the closure.
    ///
    /// Each time makes a box that stays for ever.
    func box() -> FunctionBox { makeBox() }

    /// Takes a closure that returns without suspending.
    package static func synchronous<each Argument: Decodable & Sendable, Result>(
        _ names: [String], encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping SynchronousForm<(repeat each Argument), Result>
    ) -> FunctionBody {
        synchronous(
            decode: { (payload) throws(BackplaneError) -> (repeat each Argument) in
                try decodeArguments(payload, names: names)
            }, encode: encode, box: nil, body)
    }

    /// Takes a closure that may suspend.
    package static func asynchronous<each Argument: Decodable & Sendable, Result>(
        _ names: [String], encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping AsynchronousForm<(repeat each Argument), Result>
    ) -> FunctionBody {
        asynchronous(
            decode: { (payload) throws(BackplaneError) -> (repeat each Argument) in
                try decodeArguments(payload, names: names)
            }, encode: encode, body)
    }

    /// Takes a closure whose arguments `decode` decodes.
    ///
    /// - Parameter box: Boxes the closure in the form that fits its number of parameters; the tuple
    ///   form when not given.
    static func synchronous<Arguments, Result>(
        decode: @escaping @Sendable (Span<UInt8>) throws(BackplaneError) -> Arguments,
        encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        box: (@Sendable () -> FunctionBox)?,
        _ body: @escaping SynchronousForm<Arguments, Result>
    ) -> FunctionBody {
        FunctionBody(isAsync: false) { payload in
            let arguments: Arguments
            do throws(BackplaneError) {
                arguments = try decode(payload)
            } catch {
                return .ended(.refused(error))
            }
            do {
                return .ended(ending(try body(arguments), encode))
            } catch {
                return .ended(.threw(error))
            }
        } makeBox: {
            box?() ?? .synchronous(body)
        }
    }

    private static func asynchronous<Arguments: Sendable, Result>(
        decode: @escaping @Sendable (Span<UInt8>) throws(BackplaneError) -> Arguments,
        encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping AsynchronousForm<Arguments, Result>
    ) -> FunctionBody {
        FunctionBody(isAsync: true) { payload in
            do throws(BackplaneError) {
                let arguments = try decode(payload)
                return .pending {
                    do {
                        return ending(try await body(arguments), encode)
                    } catch {
                        return .threw(error)
                    }
                }
            } catch {
                return .ended(.refused(error))
            }
        } makeBox: {
            .asynchronous(body)
        }
    }
}

/// The arguments, from first to last.
func decodeArguments<each Argument: Decodable>(
    _ payload: Span<UInt8>, names: [String]
) throws(BackplaneError) -> (repeat each Argument) {
    try decode(payload) { () throws(PayloadError) in try readArguments(payload, names: names) }
}

/// The argument where there is one parameter: without the tuple, which would be put together and taken apart.
func decodeArgument<Argument: Decodable>(
    _ payload: Span<UInt8>, names: [String]
) throws(BackplaneError) -> Argument {
    try decode(payload) { () throws(PayloadError) in try readArgument(payload, names: names) }
}

/// Has arguments read, large ones where they lie.
@inline(__always)
private func decode<Arguments>(
    _ payload: Span<UInt8>, _ read: () throws(PayloadError) -> Arguments
) throws(BackplaneError) -> Arguments {
    do throws(PayloadError) {
        guard let source = RunningCall.source(of: payload) else { return try read() }
        return try source.use(read)
    } catch {
        throw BackplaneError(.invalidArgument, error.message)
    }
}

private func readArgument<Argument: Decodable>(
    _ payload: Span<UInt8>, names: [String]
) throws(PayloadError) -> Argument {
    if ArgumentReader.isOne(payload) {
        return try ArgumentReader.only(Argument.self, in: payload, names: names)
    }
    var reader = try ArgumentReader(payload, names: names)
    let argument = try reader.next(Argument.self)
    try reader.finish()
    return argument
}

private func readArguments<each Argument: Decodable>(
    _ payload: Span<UInt8>, names: [String]
) throws(PayloadError) -> (repeat each Argument) {
    var reader = try ArgumentReader(payload, names: names)
    let arguments = (repeat try reader.next((each Argument).self))
    try reader.finish()
    return arguments
}

/// What a result comes to.
///
/// One that cannot be encoded is the method's failure: it has run.
private func ending<Result>(
    _ result: Result, _ encode: (Result) throws(BackplaneError) -> Bytes
) -> Ending {
    do {
        let bytes = try encode(result)
        // `Bytes` lie where the plugin has them, and "nothing" where all have it.
        if Result.self != Bytes.self, Result.self != Void.self, case .array(let array) = bytes.place
        {
            return .encoded(array)
        }
        return .value(bytes)
    } catch {
        return .refused(BackplaneError(.failed, error.message))
    }
}
