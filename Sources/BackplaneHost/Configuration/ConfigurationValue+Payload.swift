// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload

extension ConfigurationValue {
    /// The value as a plugin gets it, secrets in clear text.
    var payloadValue: Value {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .integer(value)
        case .unsigned(let value): .unsigned(value)
        case .double(let value): .double(value)
        case .string(let text): .string(text)
        case .secret(let secret): .string(secret.text)
        case .list(let values): .array(values.map(\.payloadValue))
        case .map(let values): .map(values.mapValues(\.payloadValue))
        }
    }
}
