// SPDX-License-Identifier: Apache-2.0

/// A method that a plugin offers: its name, its parameters, and the code that it runs.
///
/// Two ways lead in. A class gives an unapplied reference and one name for each parameter; an actor,
/// or code that adapts something, gives a closure whose first parameter is the plugin:
///
/// ```swift
/// Method("encode", Tokenizer.encode, "text", idempotent: true)
/// Method("add", "amount") { (counter: Counter, amount: Int) in await counter.add(amount) }
/// ```
///
/// Callers pass arguments by position or by name. A synchronous method runs to its end on the
/// thread that brings the call; an asynchronous one starts there, and goes on wherever the slot
/// resumes it. A method of the main actor is declared `async`.
public struct Method<P: Plugin>: Sendable {
    /// One parameter, as it is described to people.
    public struct Parameter: Sendable, Hashable {
        /// The name by which it can be passed.
        public let name: String
        /// The name of its type.
        public let type: String
    }

    /// The name under which it is called.
    public let name: String

    /// What it does, in one sentence.
    public let summary: String?

    /// Whether running it twice does no harm, so that it may be retried.
    public let isIdempotent: Bool

    /// Whether it may suspend.
    public let isAsync: Bool

    /// Its parameters in order.
    public let parameters: [Parameter]

    /// The name of its result's type.
    public let resultType: String

    /// Ties the method to an instance.
    let bind: @Sendable (P) -> FunctionBody

    init<each Argument, Result>(
        _ name: String, summary: String?, isIdempotent: Bool, isAsync: Bool,
        names: repeat ParameterName<each Argument>, result: Result.Type,
        bind: @escaping @Sendable (P, [String]) -> FunctionBody
    ) {
        var parameters: [Parameter] = []
        for (name, type) in repeat (each names, (each Argument).self) {
            parameters.append(Parameter(name: name.text, type: typeName(type)))
        }
        self.name = name
        self.summary = summary
        self.isIdempotent = isIdempotent
        self.isAsync = isAsync
        self.parameters = parameters
        self.resultType = typeName(result)
        // A key path here would have the pack among its arguments, which the runtime cannot read.
        let texts = parameters.map { $0.name }
        self.bind = { bind($0, texts) }
    }
}

/// The name of a type as one would write it: `[Int]`, not `Array<Int>`.
private func typeName(_ type: Any.Type) -> String {
    if type == Void.self { return "Void" }
    if let type = type as? any Sugared.Type { return type.sugaredName }
    return String(describing: type)
}

/// A type of the standard library that is written with signs.
private protocol Sugared {
    static var sugaredName: String { get }
}

extension Array: Sugared {
    fileprivate static var sugaredName: String { "[\(typeName(Element.self))]" }
}

extension Optional: Sugared {
    fileprivate static var sugaredName: String { "\(typeName(Wrapped.self))?" }
}

extension Dictionary: Sugared {
    fileprivate static var sugaredName: String {
        "[\(typeName(Key.self)): \(typeName(Value.self))]"
    }
}
