// SPDX-License-Identifier: Apache-2.0

extension PayloadError {
    /// Makes one error of whatever a type's `encode(to:)` threw.
    init(encoding error: any Error, in scope: EncodingScope) {
        switch error {
        case let error as PayloadError:
            self = error
        case EncodingError.invalidValue(let value, let context):
            let place = PathKey.describe(context.codingPath)
            self.init(
                .rejected,
                "cannot encode \(Swift.type(of: value))"
                    + (place.isEmpty ? "" : " at \(place)") + ": \(context.debugDescription)",
                cause: error)
        default:
            self.init(.rejected, "encoding threw \(Swift.type(of: error)): \(error)", cause: error)
        }
    }
}
