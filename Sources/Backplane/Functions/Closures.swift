// SPDX-License-Identifier: Apache-2.0

/// A closure in a class of its own: kept in a generic box it would be wrapped anew at each access.
package final class SynchronousClosure<Arguments, Result>: Sendable {
    package let call: SynchronousForm<Arguments, Result>

    package init(_ call: @escaping SynchronousForm<Arguments, Result>) { self.call = call }
}

/// As ``SynchronousClosure``, for a closure that may suspend.
final class AsynchronousClosure<Arguments, Result>: Sendable {
    let call: AsynchronousForm<Arguments, Result>

    init(_ call: @escaping AsynchronousForm<Arguments, Result>) { self.call = call }
}

/// The one type under which a closure that returns without suspending is published.
///
/// The arguments are one tuple: a function type with a parameter pack has no calling convention
/// that two images could agree on.
package typealias SynchronousForm<Arguments, Result> = @Sendable (Arguments) throws -> Result

/// The one type under which a closure that may suspend is published.
package typealias AsynchronousForm<Arguments, Result> =
    @concurrent @Sendable (Arguments) async throws ->
    Result
