// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

/// What people get to read when a candidate is refused.
struct RehearsalRefusalTests {
    private let refusal = RehearsalRefusal(
        service: "echo", original: "/plugins/libEcho.so", copy: "/state/staged/echo/7/libEcho.so")

    @Test(arguments: RehearsalStep.allCases)
    func `each failure of each step names the plugin, the step and what to do`(
        _ step: RehearsalStep
    ) {
        let failures: [RehearsalFailure] = [
            .ended("crashed with signal 11 (SIGSEGV)"), .late(.seconds(90)),
            .refused(CallError(.failed, "/state/staged/echo/7/libEcho.so: no luck")),
        ]
        for failure in failures {
            let error = refusal.error(failure, in: step)
            #expect(error.message.contains("/plugins/libEcho.so"), "\(error.message)")
            #expect(!error.message.contains("/state/"), "\(error.message)")
            guard case .refused = failure else {
                #expect(error.message.contains("`\(step.rawValue)`"), "\(error.message)")
                #expect(error.code == .unavailable)
                #expect(error.message.contains("; "))
                continue
            }
        }
    }

    @Test func `times and signals are in the words`() {
        #expect(
            refusal.error(.late(.seconds(90)), in: .create).message
                == "/plugins/libEcho.so did not finish `init` within 90s, in its rehearsal; raise "
                + "start-timeout, or set rehearse: open")
        #expect(
            refusal.error(.ended("crashed with signal 11 (SIGSEGV)"), in: .open).message
                == "/plugins/libEcho.so crashed with signal 11 (SIGSEGV) in `open`, in its rehearsal; "
                + "look at its static initialisers, and rebuild it")
    }

    @Test func `a missing symbol gets a remedy, other words have theirs`() {
        let words = "/state/staged/echo/7/libEcho.so can't be opened: undefined symbol: x"
        let missing = refusal.error(
            .refused(CallError(.incompatible, words, type: "unresolved")), in: .open)
        #expect(missing.code == .incompatible)
        #expect(
            missing.message.hasPrefix("/plugins/libEcho.so can't be opened: undefined symbol: x;"))
        let other = refusal.error(
            .refused(CallError(.incompatible, "other", type: "incompatible")), in: .open)
        #expect(other.message == "other")
    }

    @Test func `what will be refused again whatever happens is incompatible`() {
        func code(_ code: OutcomeCode, _ step: RehearsalStep) -> OutcomeCode {
            refusal.error(.refused(CallError(code, "no")), in: step).code
        }
        #expect(code(.failed, .create) == .unavailable)
        #expect(code(.unavailable, .selfTest) == .unavailable)
        #expect(code(.incompatible, .create) == .incompatible)
        #expect(code(.invalidArgument, .create) == .incompatible)
        #expect(code(.failed, .restore) == .incompatible)
        #expect(refusal.error(.givenUp, in: .create).code == .cancelled)
    }
}
