// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// A call that a worker has.
struct ForkedCall: Sendable {
    /// What is to be told of it.
    enum Subject: Sendable {
        case whole(Call)
        case plain(PlainCall)
    }

    let subject: Subject
    /// Of a whole one, which may be in one worker after another: the how manieth call of this one it is; 0 while
    /// nobody knows yet.
    var positionOfWhole: UInt64 = 0
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

    /// The how manieth call of its worker it is; 0 while nobody knows yet.
    var position: UInt64 {
        switch subject {
        case .whole: positionOfWhole
        case .plain(let plain): plain.position.load(ordering: .acquiring)
        }
    }

    /// Ends it with what its worker gave.
    func answer(_ outcome: Outcome) {
        _ = call.markReturned()
        end(outcome)
    }

    /// Ends it with the value that its worker gave.
    @inline(__always)
    consuming func answer(value frame: borrowing IncomingFrame, at moment: Instant) {
        if stream == nil {
            switch subject {
            case .plain(let plain): return plain.complete(frame, at: moment)
            case .whole: break
            }
        }
        _ = call.markReturned()
        end(.value(frame.value))
    }

    /// Ends it; the outcome follows its messages.
    func end(_ outcome: Outcome) {
        guard let stream else { return call.complete(outcome) }
        stream.end(outcome)
    }
}
