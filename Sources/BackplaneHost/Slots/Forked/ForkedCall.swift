// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// A call that a worker has.
struct ForkedCall: Sendable {
    /// What is to be told of it.
    enum Subject: Sendable {
        case whole(Call)
        case plain(PlainCall)
    }

    let subject: Subject
    /// The how manieth call of its worker it is.
    let position: UInt64
    /// Its messages, once there was one.
    var stream: ForkedStream?

    /// The call, with all that a call can be.
    var call: Call {
        switch subject {
        case .whole(let call): call
        case .plain(let plain): plain.whole
        }
    }

    var deadline: Instant {
        switch subject {
        case .whole(let call): call.deadline
        case .plain(let plain): plain.request.deadline
        }
    }

    /// Ends it with what its worker gave.
    consuming func answer(_ outcome: Outcome, at moment: Instant) {
        if case .value(let value) = outcome { return answer(value: value, at: moment) }
        _ = call.markReturned()
        end(outcome)
    }

    /// Ends it with the value that its worker gave.
    @inline(__always)
    consuming func answer(value: consuming Payload, at moment: Instant) {
        if case .plain(let plain) = subject, stream == nil {
            return plain.complete(value, at: moment)
        }
        _ = call.markReturned()
        end(.value(value))
    }

    /// Ends it; the outcome follows its messages.
    func end(_ outcome: Outcome) {
        guard let stream else { return call.complete(outcome) }
        stream.end(outcome)
    }
}
