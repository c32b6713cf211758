// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

@Suite struct ProbationTests {
    private let begin = Instant.now

    private func verdict(
        _ ended: UInt64, _ faulty: UInt64, before: (UInt64, UInt64) = (100, 0),
        after time: Duration = .zero
    ) -> Probation.Verdict {
        let probation = Probation(
            baseline: GenerationTally.Reading(ended: before.0, faulty: before.1),
            end: begin.advanced(by: .seconds(5)))
        return probation.judge(
            GenerationTally.Reading(ended: ended, faulty: faulty), at: begin.advanced(by: time))
    }

    private func isFailed(_ verdict: Probation.Verdict) -> Bool {
        if case .failed = verdict { true } else { false }
    }

    @Test func `a few calls say nothing`() {
        #expect(verdict(9, 9) == .goOn)
        #expect(isFailed(verdict(10, 10)))
    }

    @Test func `a service whose callers provoke errors is no worse for a reload`() {
        #expect(verdict(100, 50, before: (1000, 500)) == .goOn)
        #expect(isFailed(verdict(100, 61, before: (1000, 500))))
        #expect(verdict(100, 10) == .goOn)
        #expect(isFailed(verdict(100, 11)))
    }

    @Test func `a service that had no call before is held to none failing`() {
        #expect(isFailed(verdict(10, 2, before: (0, 0))))
        #expect(verdict(10, 1, before: (0, 0)) == .goOn)
    }

    @Test func `it ends when its time is over, with the last word on the calls`() {
        #expect(verdict(100, 0, after: .seconds(4)) == .goOn)
        #expect(verdict(100, 0, after: .seconds(5)) == .passed)
        #expect(isFailed(verdict(100, 100, after: .seconds(5))))
        #expect(verdict(0, 0, after: .seconds(6)) == .passed)
    }

    @Test func `only what a build may be to blame for counts`() {
        let tally = GenerationTally()
        for code in OutcomeCode.allCases { tally.ended(.error(code, "")) }
        tally.ended(.value(.null))
        #expect(
            tally.reading
                == GenerationTally.Reading(
                    ended: UInt64(OutcomeCode.allCases.count + 1), faulty: 3))
    }
}
