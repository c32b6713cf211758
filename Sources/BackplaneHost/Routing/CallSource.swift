// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// The instance that a call runs in, as its messages and requests see it.
protocol CallSource: AnyObject, Sendable {
    /// Service, generation and worker, such as `compute/2#1`.
    var identifier: String { get }

    /// Takes a message that no caller takes; acknowledges through `done` once it is dealt with.
    func forward(_ message: Payload, of call: Call?, done: @escaping @Sendable () -> Void)

    /// Answers a request that no caller answers.
    func answer(_ question: Question, of call: Call?)
}
