// SPDX-License-Identifier: Apache-2.0

/// The name of one parameter, written as a string literal.
///
/// It knows the parameter's type, so that the compiler counts names against parameters.
public struct ParameterName<Parameter>: ExpressibleByStringLiteral, Sendable {
    /// The name.
    public let text: String

    /// Names the parameter.
    public init(stringLiteral text: String) { self.text = text }
}
