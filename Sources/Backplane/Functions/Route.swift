// SPDX-License-Identifier: Apache-2.0

/// What a handle has found in one binding: its closure, if the types match.
///
/// Looked up once for each generation, and never freed, like the binding that it is for.
final class Route: Sendable {
    let binding: Binding
    /// A closure class of the handle's types, or nothing.
    let closure: (any AnyObject & Sendable)?

    init(_ binding: Binding, closure: (any AnyObject & Sendable)?) {
        self.binding = binding
        self.closure = closure
    }
}
