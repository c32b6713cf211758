// SPDX-License-Identifier: Apache-2.0

/// Collects the methods of a manifest.
@resultBuilder
public enum ManifestBuilder<P: Plugin> {
    /// Takes one method.
    public static func buildExpression(_ method: Method<P>) -> [Method<P>] { [method] }

    /// Takes methods that were made elsewhere.
    public static func buildExpression(_ methods: [Method<P>]) -> [Method<P>] { methods }

    /// Joins methods in order.
    public static func buildBlock(_ methods: [Method<P>]...) -> [Method<P>] {
        methods.flatMap { $0 }
    }

    /// Takes the methods under an `if` without `else`.
    public static func buildOptional(_ methods: [Method<P>]?) -> [Method<P>] { methods ?? [] }

    /// Takes the methods of the first branch.
    public static func buildEither(first methods: [Method<P>]) -> [Method<P>] { methods }

    /// Takes the methods of the second branch.
    public static func buildEither(second methods: [Method<P>]) -> [Method<P>] { methods }

    /// Takes the methods of a loop.
    public static func buildArray(_ methods: [[Method<P>]]) -> [Method<P>] {
        methods.flatMap { $0 }
    }
}
