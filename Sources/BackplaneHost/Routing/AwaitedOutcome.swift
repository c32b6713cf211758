// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Gives the outcome of a call, or of one attempt at it, to the task that awaits it, which takes no
/// messages and answers no requests.
///
/// Not on top of `Promise`: this is the way of every awaited call, and most are over before anybody
/// waits, without a lock.
@safe
final class AwaitedOutcome: CallObserver, CallAudience {
    private enum Phase: UInt8, AtomicRepresentable { case open, awaited, over }

    private let phase = Atomic<Phase>(.open)
    // SAFETY: written once, before the phase is `over`; read only after.
    private nonisolated(unsafe) var given: Outcome?
    // SAFETY: written before the phase is `awaited`; read by the one who ends that phase.
    private nonisolated(unsafe) var waiter: UnsafeContinuation<Void, Never>?

    /// The outcome, once it is there.
    var outcome: Outcome? {
        guard phase.load(ordering: .acquiring) == .over else { return nil }
        return unsafe given
    }

    /// Whether the outcome is there.
    var isOver: Bool { phase.load(ordering: .acquiring) == .over }

    /// Waits for the outcome: one task, once.
    func wait() async {
        await unsafe withUnsafeContinuation { continuation in
            unsafe waiter = continuation
            let (isAwaited, _) = phase.compareExchange(
                expected: .open, desired: .awaited, ordering: .acquiringAndReleasing)
            if !isAwaited { unsafe continuation.resume() }
        }
    }

    func finished(_ call: Call, with outcome: Outcome) {
        finished(with: outcome)
    }

    func finished(with outcome: Outcome) {
        unsafe given = outcome
        if phase.exchange(.over, ordering: .acquiringAndReleasing) == .awaited {
            unsafe waiter?.resume()
        }
    }

    func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
        call.acknowledge(1)
    }

    func received(_ question: any CallQuestion) {
        question.respond(.error(.unanswerable("this call")))
    }
}
