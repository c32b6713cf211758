// SPDX-License-Identifier: Apache-2.0

extension PayloadError {
    /// The error in the form that types and their `init(from:)` know.
    func decodingError(_ type: Any.Type, at path: [any CodingKey]) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: path, debugDescription: message, underlyingError: self)
        return code == .typeMismatch
            ? .typeMismatch(type, context) : .dataCorrupted(context)
    }

    /// Makes one error of whatever a type's `init(from:)` threw.
    init(decoding error: any Error) {
        switch error {
        case let error as PayloadError: self = error
        case DecodingError.typeMismatch(_, let context): self.init(.typeMismatch, context, error)
        case DecodingError.valueNotFound(_, let context): self.init(.missing, context, error)
        case DecodingError.keyNotFound(_, let context): self.init(.missing, context, error)
        case DecodingError.dataCorrupted(let context): self.init(.rejected, context, error)
        default:
            self.init(.rejected, "decoding threw \(Swift.type(of: error)): \(error)", cause: error)
        }
    }

    private init(_ code: Code, _ context: DecodingError.Context, _ error: any Error) {
        let place = PathKey.describe(context.codingPath)
        let message = (place.isEmpty ? "" : "at \(place): ") + context.debugDescription
        if let inner = context.underlyingError as? PayloadError {
            self.init(inner.code, message, cause: inner.cause)
        } else {
            self.init(code, message, cause: error)
        }
    }
}
