// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// A request of running plugin code that waits for its answer.
///
/// Any thread.
protocol CallQuestion: AnyObject, Sendable {
    /// What is asked.
    var payload: Payload { get }

    /// Who asks, e.g. `compute/2#1`.
    var identifier: String { get }

    /// Answers. The first answer counts; later ones do nothing.
    func respond(_ outcome: Outcome)
}
