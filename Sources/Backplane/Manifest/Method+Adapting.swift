// SPDX-License-Identifier: Apache-2.0

extension Method {
    /// Offers a method of another plugin, of which each instance of this one holds an instance.
    ///
    /// For plugins that wrap others: everything about the method stays as it is.
    package init<Inner: Plugin>(
        _ method: Method<Inner>, of inner: @escaping @Sendable (P) -> Inner
    ) {
        name = method.name
        summary = method.summary
        isIdempotent = method.isIdempotent
        isAsync = method.isAsync
        parameters = method.parameters.map { Parameter(name: $0.name, type: $0.type) }
        resultType = method.resultType
        bind = { method.bind(inner($0)) }
    }
}
