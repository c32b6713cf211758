// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct RetryPolicyTests {
    private static let codes = (1...13).map { OutcomeCode(number: UInt32($0)) }
    private let policy = RetryPolicy(
        configuration: RetryConfiguration(max: 3, delay: .milliseconds(100), backoff: 2))

    private func delay(
        _ code: OutcomeCode, delivered: Bool = false, idempotent: Bool = false, retries: Int = 0,
        jitter: Double = 0
    ) -> Duration? {
        policy.delay(
            after: .init(code: code, wasDelivered: delivered, isIdempotent: idempotent),
            retries: retries, jitter: jitter)
    }

    @Test func `there are thirteen codes`() {
        #expect(Set(Self.codes).count == 13)
    }

    @Test(arguments: codes, [false, true])
    func `what was tried again is safe to be`(_ code: OutcomeCode, _ isIdempotent: Bool) {
        let isExpected =
            switch code {
            case .unavailable, .overloaded: true
            case .crashed, .deadlineExceeded: isIdempotent
            default: false
            }
        #expect((delay(code, idempotent: isIdempotent) != nil) == isExpected)
        // Never once the caller has seen something of it.
        #expect(delay(code, delivered: true, idempotent: isIdempotent) == nil)
    }

    @Test func `the delay doubles, and there is a last attempt`() {
        #expect(
            (0..<5).map { delay(.unavailable, retries: $0) } == [
                .milliseconds(100), .milliseconds(200), .milliseconds(400), nil, nil,
            ])
    }

    @Test(arguments: [-1, 0, 0.25, 0.5, 0.999, 1, 7, Double.infinity])
    func `jitter takes off up to a half`(_ jitter: Double) {
        for retries in 0..<3 {
            let whole = Duration.milliseconds(100 << retries)
            let delay = delay(.unavailable, retries: retries, jitter: jitter)
            #expect(delay.map { $0 <= whole && $0 >= whole / 2 } == true)
        }
    }

    @Test func `a large number of retries is no large number of steps or of seconds`() {
        let policy = RetryPolicy(
            configuration: RetryConfiguration(max: .max, delay: .seconds(1), backoff: 10))
        let delay = policy.delay(
            after: .init(code: .unavailable, wasDelivered: false, isIdempotent: false),
            retries: .max - 1, jitter: 0)
        #expect(delay.map { $0 >= .seconds(3600) && $0 <= .seconds(36000) } == true)
    }
}
