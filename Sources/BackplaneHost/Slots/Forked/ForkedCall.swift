// SPDX-License-Identifier: Apache-2.0

/// A call that a worker has.
struct ForkedCall: Sendable {
    let call: Call
    /// The how manieth call of its worker it is.
    let position: UInt64
    /// Its messages, once there was one.
    var stream: ForkedStream?

    /// Ends it; the outcome follows its messages.
    func end(_ outcome: Outcome) {
        guard let stream else { return call.complete(outcome) }
        stream.end(outcome)
    }
}
