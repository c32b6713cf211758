// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

struct InstantTests {
    @Test func `adding stops at never`() {
        let instant = Instant(nanoseconds: 100)
        #expect(instant.advanced(by: .nanoseconds(5)) == Instant(nanoseconds: 105))
        #expect(instant.advanced(by: .seconds(-5)) == instant)
        #expect(instant.advanced(by: .seconds(Int64.max)) == .never)
        #expect(instant.advanced(byNanoseconds: .max) == .never)
        #expect(Instant.never.advanced(by: .seconds(1)) == .never)
    }

    @Test func `what lies between two instants is never negative`() {
        let (early, late) = (Instant(nanoseconds: 100), Instant(nanoseconds: 350))
        #expect(late.nanoseconds(since: early) == 250)
        #expect(early.nanoseconds(since: late) == 0)
        #expect(late.duration(since: early) == .nanoseconds(250))
        #expect(early.duration(since: late) == .zero)
        #expect(
            Instant.never.duration(since: .distantPast) == .nanoseconds(Int64.max))
    }

    @Test func `only never never passes`() {
        #expect(Instant.distantPast.hasPassed)
        #expect(Instant.now.hasPassed)
        #expect(!Instant.now.advanced(by: .seconds(60)).hasPassed)
        #expect(!Instant.never.hasPassed)
        #expect(Instant.distantPast < .now)
        #expect(Instant.now < .never)
    }

    @Test(
        arguments: [
            (Duration.zero, 0), (.nanoseconds(1), 1), (.seconds(-1), 0), (.nanoseconds(-1), 0),
            (.milliseconds(1500), 1_500_000_000), (.seconds(Int64.max), .max),
            (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 0),
            (.seconds(18_446_744_073), 18_446_744_073_000_000_000),
            (.seconds(18_446_744_074), .max),
        ] as [(Duration, UInt64)])
    func `durations are cut to nanoseconds`(_ duration: Duration, _ nanoseconds: UInt64) {
        #expect(duration.nanosecondsClamped == nanoseconds)
    }
}
