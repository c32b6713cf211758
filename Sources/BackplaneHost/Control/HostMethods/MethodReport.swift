// SPDX-License-Identifier: Apache-2.0

package import BackplaneImage

/// A method as its plugin declares it.
package struct MethodReport: Codable, Sendable, Equatable {
    /// A parameter: its name, and its type for people.
    package struct Parameter: Codable, Sendable, Equatable {
        package var name: String
        package var type: String
    }

    package var name: String
    package var summary: String?
    package var parameters: [Parameter]
    package var result: String
    /// Whether running it twice does no harm.
    package var isIdempotent: Bool
    package var isAsync: Bool

    package enum CodingKeys: String, CodingKey {
        case name, summary, parameters, result
        case isIdempotent = "idempotent"
        case isAsync = "async"
    }

    /// Tells what a descriptor says.
    package init(_ method: MethodDescription) {
        name = method.name
        summary = method.summary.isEmpty ? nil : method.summary
        parameters = method.parameters.map { Parameter(name: $0.name, type: $0.type) }
        result = method.resultType
        isIdempotent = method.isIdempotent
        isAsync = method.isAsync
    }
}
