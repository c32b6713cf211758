// SPDX-License-Identifier: Apache-2.0

/// A descriptor that a worker is given, in the order in which packets carry them.
///
/// The one list: who adds one makes it in `WorkerEnds` and takes it in the worker's set-up. Each has a
/// number of its own in the worker, and the fork server and its templates keep these numbers taken, so
/// that nothing that a plugin opens while it is loaded lies in the way.
package enum WorkerDescriptor: Int, CaseIterable, Sendable {
    /// What wakes the host, which stays open.
    case eventfd
    /// The memory that the host writes, mapped and closed.
    case host
    /// The memory that the worker writes, mapped and closed.
    case worker
    /// The writing end of its log pipe: standard output and error.
    case log

    /// The first number that is spoken for: above the standard streams.
    package static let firstNumber: CInt = 3
    /// The control socket of a fork server or a template, and of its children until they are set up.
    package static let control = firstNumber + CInt(allCases.count)
    /// The first number that is nobody's.
    package static let firstFree = control + 1

    /// Its number in the worker.
    package var number: CInt { Self.firstNumber + CInt(rawValue) }
}
