// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Testing

@testable import BackplaneTransport

/// Sleeping and waking, again and again: a wake-up that is lost shows as a call that does not return.
struct WakingTests {
    private static let calls: UInt64 = 100_000

    /// A host's thread that calls: how it waits for the answers.
    enum Style: CaseIterable {
        /// On the worker's bell.
        case waits
        /// Looks for a while, then leaves it to the reader thread.
        case looks
        /// In turns.
        case both
    }

    /// Answers, by the numbers of their calls, and who waits for them.
    private final class Answers: FrameReader {
        private let came = Monitor<Set<UInt64>>([])
        /// How many came; a count that only wakes.
        private let news = Monitor<UInt64>(0)
        private let host = Monitor<HostChannel?>(nil)

        func listen(to channel: HostChannel) { host.withLock { $0 = channel } }

        func received(_ frame: borrowing IncomingFrame, at moment: Instant) -> FrameVerdict {
            let number = frame.number
            _ = came.withLock { $0.insert(number) }
            host.withLock { $0 }?.nudge()
            news.withLock { $0 += 1 }
            news.notify(all: true)
            return .useful
        }

        func broke(_ error: TransportError) { Issue.record("\(error)") }

        func has(_ number: UInt64) -> Bool { came.withLock { $0.contains(number) } }

        /// Waits as a task would: some reader has to bring it.
        func isBrought(_ number: UInt64) -> Bool {
            let end = Instant.now.advanced(by: .seconds(20))
            return news.wait { _ in
                has(number) ? .done(true) : end.hasPassed ? .done(false) : .wait(until: end)
            }
        }
    }

    private static func call(
        _ host: HostChannel, _ answers: Answers, _ number: UInt64, _ style: Style
    ) -> Bool {
        #expect(throws: Never.self) { try host.send(Frame(.invoke, number: number)) }
        let waits = style == .waits || style == .both && number % 3 == 0
        let isDone =
            waits
            ? host.entered { $0.wait { answers.has(number) } }
            : host.look { answers.has(number) }
        return isDone || answers.isBrought(number)
    }

    @Test(.serialized, arguments: [1, 3], Style.allCases)
    func `none is lost in a hundred thousand`(_ threads: Int, _ style: Style) throws {
        let answers = Answers()
        let pair = try ChannelPair(leases: SpinLeases(isOn: style != .waits)) { worker, frame in
            #expect(throws: Never.self) {
                try worker.send([Frame(.outcome, number: frame.number)])
            }
        }
        pair.host.attach(answers)
        answers.listen(to: pair.host)
        let left = Monitor(threads)
        let lost = Atomic<Int>(0)
        let each = Self.calls / UInt64(Style.allCases.count * 2 * threads)
        for thread in 0..<UInt64(threads) {
            #expect(
                Threads.start("test-caller") {
                    for call in 0..<each {
                        let number = thread << 32 | call
                        guard Self.call(pair.host, answers, number, style) else {
                            lost.add(1, ordering: .relaxed)
                            break
                        }
                    }
                    left.withLock { $0 -= 1 }
                    left.notify(all: true)
                })
        }
        let end = Instant.now.advanced(by: .seconds(120))
        #expect(left.wait(until: end) { $0 == 0 ? true : nil } == true)
        #expect(lost.load(ordering: .relaxed) == 0)
    }
}
