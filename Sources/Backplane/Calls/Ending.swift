// SPDX-License-Identifier: Apache-2.0

package import BackplanePayload

/// How a method's code ended, before it is put in the words of an outcome.
package enum Ending {
    /// It returned, and this is its result, encoded.
    case value(Bytes)
    /// The same, in memory that was made for it and that nobody else has.
    case encoded([UInt8])
    /// It was not run, or its result is no value.
    case refused(BackplaneError)
    /// It threw.
    case threw(any Error)
}

/// What came of handing a payload to a method.
package enum Step {
    /// It has run to its end.
    case ended(Ending)
    /// Its arguments are decoded; this runs it.
    case pending(@Sendable () async -> Ending)
}

extension BackplaneError {
    /// What a method threw, as its caller sees it: always ``Code/failed``.
    package static func failure(_ error: any Error) -> BackplaneError {
        let message = (error as? BackplaneError)?.message ?? String(describing: error)
        return BackplaneError(
            .failed, message, type: String(reflecting: Swift.type(of: error)),
            details: details(of: error))
    }

    /// The error itself, where it can be encoded.
    private static func details(of error: any Error) -> Value? {
        guard let error = error as? any Encodable else { return nil }
        // Details that cannot be encoded are left out: the error itself matters.
        return (try? Wire.encodeBytes(error)).flatMap(Wire.details)
    }
}

extension BackplaneError {
    /// What a closure threw that was called directly, as the same call through the host ends.
    ///
    /// A provider of another image has error types of its own, of the same names as ours.
    package static func thrownDirectly(_ error: any Error) -> BackplaneError {
        Task.isCancelled && error.saysCancelled ? .taskCancelled : .failure(error)
    }

    /// A route was found empty after it was found full.
    static var noRoute: BackplaneError { BackplaneError(.internal, "a function lost its closure") }
}
