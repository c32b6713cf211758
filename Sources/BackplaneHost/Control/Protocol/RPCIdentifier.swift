// SPDX-License-Identifier: Apache-2.0

internal import BackplaneJSON
internal import BackplanePayload

/// What tells one request of a peer from another: any string, any number, or null.
package struct RPCIdentifier: Hashable, Sendable {
    private let value: Value

    /// Makes a number.
    package init(_ number: Int) {
        value = Value(number)
    }

    /// Takes an `id` up; nil for what cannot be one.
    init?(_ value: Value) {
        switch value {
        case .null, .integer, .unsigned, .double, .string: self.value = value
        default: return nil
        }
    }

    /// The identifier that says that there is none to name.
    package static let null = RPCIdentifier()

    private init() {
        value = .null
    }

    /// The identifier in JSON.
    package var json: String { RPCText.print(value) }

    /// The number, if it is a whole one.
    package var number: Int? { value.int }
}
