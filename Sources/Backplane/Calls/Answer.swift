// SPDX-License-Identifier: Apache-2.0

package import BackplanePayload
import CBackplane

/// How a call or a request ended, taken out of the ABI.
package enum Answer: Sendable {
    case value(Bytes)
    case error(BackplaneError)

    /// Takes a borrowed outcome: a copy, but for a large value that `buffers` can keep.
    package init(copying outcome: UnsafeRawPointer?, keeping buffers: HostBuffers? = nil) {
        guard let outcome = unsafe outcome else {
            self = .error(BackplaneError(.internal, "the host gave an outcome that is not there"))
            return
        }
        // SAFETY: the outcome and all it points to are borrowed for the length of this initialiser.
        let code = unsafe backplane_outcome_code(outcome)
        let payload = unsafe Bytes(
            borrowed: backplane_outcome_payload(outcome),
            count: backplane_outcome_payload_size(outcome), keeping: buffers)
        guard code != 0 else {
            self = .value(payload)
            return
        }
        let message = unsafe String(
            copying: backplane_outcome_message(outcome),
            count: backplane_outcome_message_size(outcome))
        let type = unsafe String(
            copying: backplane_outcome_type(outcome), count: backplane_outcome_type_size(outcome))
        self = .error(
            BackplaneError(
                BackplaneError.Code(number: code), message, type: type.isEmpty ? nil : type,
                details: Wire.details(payload)))
    }

    /// The value, decoded.
    package func get<Result: Decodable>(as type: Result.Type) throws(BackplaneError) -> Result {
        switch self {
        case .value(let payload): try Wire.decodeResult(type, from: payload)
        case .error(let error): throw error
        }
    }

    /// Throws if it is an error; whatever the value is, it is not looked at.
    package func check() throws(BackplaneError) {
        if case .error(let error) = self { throw error }
    }
}
