// SPDX-License-Identifier: Apache-2.0

/// One method of a plugin, as its descriptor declares it.
public struct MethodDescription: Sendable, Hashable {
    /// A parameter: its name, which callers may use, and its type, for people.
    public struct Parameter: Sendable, Hashable {
        /// The name that calls by name use.
        public var name: String
        /// The type, as its language writes it.
        public var type: String

        /// Makes a parameter.
        public init(name: String, type: String) {
            self.name = name
            self.type = type
        }
    }

    /// The name within its service.
    public var name: String
    /// One sentence, or nothing.
    public var summary: String
    /// The parameters in order.
    public var parameters: [Parameter]
    /// The type of the result, for people.
    public var resultType: String
    /// Whether running it twice does no harm, so that a lost call may be retried.
    public var isIdempotent: Bool
    /// Whether it gives its thread back before it ends.
    public var isAsync: Bool

    /// Makes a method.
    public init(
        name: String, summary: String = "", parameters: [Parameter] = [],
        resultType: String = "", isIdempotent: Bool = false, isAsync: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.resultType = resultType
        self.isIdempotent = isIdempotent
        self.isAsync = isAsync
    }
}
