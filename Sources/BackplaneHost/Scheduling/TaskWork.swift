// SPDX-License-Identifier: Apache-2.0

/// What a task runs.
enum TaskWork: Sendable {
    /// A method of a service, or a provided function.
    case method(String)
    case closure(ClosureBody)
}
