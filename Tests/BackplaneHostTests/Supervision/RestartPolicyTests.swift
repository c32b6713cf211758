// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

/// When something that died is started again: in both directions, with a clock of the test's.
struct RestartPolicyTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)

    private func configuration(
        _ policy: RestartConfiguration.Policy = .onFailure,
        limit: RestartConfiguration.Limit? = nil
    ) -> RestartConfiguration {
        RestartConfiguration(
            policy: policy, delay: .milliseconds(100), maximumDelay: .seconds(10),
            healthyAfter: .seconds(10), limit: limit)
    }

    private func delays(
        _ policy: inout RestartPolicy, count: Int, jitter: Double = 0
    ) -> [Duration?] {
        (0..<count).map { _ in
            guard case .restart(let delay) = policy.ended(.failure, at: start, jitter: jitter)
            else { return nil }
            return delay
        }
    }

    @Test func `the first restart is immediate, the others wait twice as long each, up to a cap`() {
        var policy = RestartPolicy(configuration())
        #expect(
            delays(&policy, count: 11) == [
                .zero, .milliseconds(100), .milliseconds(200), .milliseconds(400),
                .milliseconds(800), .milliseconds(1600), .milliseconds(3200), .milliseconds(6400),
                .seconds(10), .seconds(10), .seconds(10),
            ])
    }

    @Test func `thousands of restarts wait no longer than the cap`() {
        var policy = RestartPolicy(configuration())
        #expect(delays(&policy, count: 5000).dropFirst(8).allSatisfy { $0 == .seconds(10) })
    }

    @Test func `a cap below the first delay holds`() {
        var policy = RestartPolicy(
            RestartConfiguration(delay: .seconds(5), maximumDelay: .seconds(1)))
        #expect(delays(&policy, count: 3) == [.zero, .seconds(1), .seconds(1)])
    }

    @Test(arguments: [-1, 0, 0.3, 0.999, 1, 5])
    func `jitter takes off up to a fifth`(_ jitter: Double) {
        var whole = RestartPolicy(configuration())
        var policy = whole
        let pairs = zip(delays(&whole, count: 12), delays(&policy, count: 12, jitter: jitter))
        for (full, delay) in pairs {
            #expect(
                full.map { full in delay.map { $0 <= full && $0 >= full * 0.8 } == true } == true)
        }
    }

    @Test func `the count begins anew after a healthy time and not before`() {
        for (time, isHealthy) in [(9_999_999_999, false), (10_000_000_000, true)]
            as [(UInt64, Bool)]
        {
            var policy = RestartPolicy(configuration())
            _ = delays(&policy, count: 5)
            policy.started(at: start)
            let end = start.advanced(byNanoseconds: time)
            #expect(
                policy.ended(.failure, at: end, jitter: 0)
                    == .restart(after: isHealthy ? .zero : .milliseconds(1600)))
        }
    }

    @Test func `time in which nothing ran is no healthy time`() {
        var policy = RestartPolicy(configuration())
        policy.started(at: start)
        _ = delays(&policy, count: 2)
        let later = start.advanced(by: .seconds(3600))
        #expect(
            policy.ended(.failure, at: later, jitter: 0) == .restart(after: .milliseconds(200)))
    }

    @Test func `a loop of crashes backs off though each life is a little longer`() {
        var policy = RestartPolicy(configuration())
        var now = start
        var last = Duration.zero
        for second in 1..<10 {
            policy.started(at: now)
            now = now.advanced(by: .seconds(second))
            guard case .restart(let delay) = policy.ended(.failure, at: now, jitter: 0) else {
                Issue.record("gave up")
                return
            }
            #expect(delay >= last)
            last = delay
            now = now.advanced(by: delay)
        }
        #expect(last == .seconds(10))
    }

    @Test(arguments: [
        (RestartConfiguration.Policy.never, RestartPolicy.End.clean, false),
        (.never, .failure, false),
        (.onFailure, .clean, false), (.onFailure, .failure, true), (.always, .clean, true),
        (.always, .failure, true),
    ])
    func `the policy says which ends are followed by a restart`(
        _ word: RestartConfiguration.Policy, _ end: RestartPolicy.End, _ isRestarted: Bool
    ) {
        var policy = RestartPolicy(configuration(word))
        let decision = policy.ended(end, at: start, jitter: 0)
        #expect((decision == .restart(after: .zero)) == isRestarted)
        if case .giveUp(let reason) = decision { #expect(!reason.isEmpty) }
    }

    @Test func `so many restarts within a time are enough`() {
        var policy = RestartPolicy(
            configuration(limit: .init(count: 3, within: .seconds(60))))
        let decisions = (0..<5).map { second in
            policy.ended(.failure, at: start.advanced(by: .seconds(second)), jitter: 0)
        }
        #expect(
            decisions.map { if case .restart = $0 { true } else { false } } == [
                true, true, true, false, false,
            ])
        #expect(decisions.last == .giveUp("it was restarted 3 times within 60.0 seconds"))
    }

    @Test func `restarts that are long ago count no more`() {
        var policy = RestartPolicy(
            configuration(limit: .init(count: 2, within: .seconds(60))))
        for minute in 0..<20 {
            let now = start.advanced(by: .seconds(minute * 31))
            let decision = policy.ended(.failure, at: now, jitter: 0)
            if case .giveUp = decision { Issue.record("gave up in round \(minute)") }
        }
    }

    @Test func `a start by hand forgets the past`() {
        var policy = RestartPolicy(
            configuration(limit: .init(count: 2, within: .seconds(60))))
        #expect(delays(&policy, count: 3) == [.zero, .milliseconds(100), nil])
        policy.reset()
        #expect(delays(&policy, count: 3) == [.zero, .milliseconds(100), nil])
    }
}
