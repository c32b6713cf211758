// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// The end of a worker that nobody had asked for.
struct WorkerDeath: Sendable {
    /// Which one, such as `compute/2#1`.
    let worker: String
    /// What it did: `was killed by SIGSEGV`.
    let how: String
    /// What follows.
    let decision: RestartPolicy.Decision

    let at = Instant.now

    /// What callers of it get to hear.
    var error: CallError { CallError(.crashed, "worker \(worker) \(how)") }
}

extension RestartPolicy.Decision {
    /// The decision in words.
    var words: String {
        switch self {
        case .restart(let delay) where delay == .zero: "restarted at once"
        case .restart(let delay):
            "restarted after \(delay.nanosecondsClamped / 1_000_000) ms"
        case .giveUp(let why): "not restarted: \(why)"
        }
    }
}
