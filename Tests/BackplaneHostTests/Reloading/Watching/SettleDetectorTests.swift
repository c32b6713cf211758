// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

/// When new bytes count, with the time handed in.
struct SettleDetectorTests {
    @Test func `without a signal and another sight there is nothing to do`() {
        var scene = SettleScene()
        #expect(scene.step() == .rest)
        scene.pass(.seconds(100))
        #expect(scene.step() == .rest)
        #expect(scene.reads == 0)
    }

    @Test(arguments: [WriterPresence.none, .unknown])
    func `a finished write counts at once`(_ writer: WriterPresence) {
        var scene = SettleScene()
        scene.writer = writer
        let seen = scene.now
        scene.note(.written)
        scene.pass(.milliseconds(3))
        scene.write(2)
        scene.note(.finished)
        let (report, time) = scene.run()
        #expect(
            report == .init(kind: .settled, contentHash: 2, seen: seen, written: scene.now))
        #expect(time == .zero)
        #expect(scene.detector.known == 2)
        #expect(scene.step() == .rest)
    }

    @Test func `who has just closed it may be counted as a writer for a moment`() {
        var scene = SettleScene()
        scene.write(2)
        scene.note(.finished)
        scene.writer = .some
        for _ in 0..<3 {
            guard case .wait(let until) = scene.step() else {
                Issue.record("it does not wait")
                return
            }
            #expect(until <= scene.now.advanced(by: .milliseconds(2)))
            scene.now = until
        }
        scene.writer = .none
        let (report, time) = scene.run()
        #expect(report?.kind == .settled)
        #expect(time == .zero)
    }

    @Test func `a second writer that never finishes delays for a bounded time`() {
        var scene = SettleScene()
        scene.write(2)
        scene.note(.finished)
        scene.writer = .some
        let (report, time) = scene.run()
        #expect(report?.kind == .settled)
        #expect(time == .seconds(1))
    }

    @Test(arguments: [
        (WriterPresence.none, Duration.milliseconds(100)), (.some, .seconds(1)),
        (.unknown, .seconds(1)),
    ])
    func `what is being written counts when it was left alone`(
        _ writer: WriterPresence, _ expected: Duration
    ) {
        var scene = SettleScene()
        scene.writer = writer
        scene.write(2)
        scene.note(.written)
        let (report, time) = scene.run()
        #expect(report?.kind == .settled)
        #expect(time == expected)
    }

    @Test func `a file that only looks different counts when it was left alone`() {
        for writer in [WriterPresence.none, .unknown] {
            var scene = SettleScene()
            scene.writer = writer
            scene.write(2)
            let (report, time) = scene.run()
            #expect(report?.kind == .settled)
            #expect(time == .milliseconds(100))
        }
    }

    @Test func `text needs less quiet`() {
        var scene = SettleScene(rules: .text)
        scene.write(2)
        #expect(scene.run().time == .milliseconds(50))
    }

    @Test func `pauses of the writer make it wait longer, up to a bound`() {
        var scene = SettleScene()
        scene.write(2)
        guard case .wait = scene.step() else { return }
        // It pauses for 90 ms, then for 150, which is within what it is granted by then.
        scene.pass(.milliseconds(90))
        scene.write(3)
        guard case .wait = scene.step() else { return }
        scene.pass(.milliseconds(150))
        #expect(scene.reads == 0)
        scene.write(4)
        let (report, time) = scene.run()
        #expect(report?.contentHash == 4)
        #expect(time == .milliseconds(300))
        #expect(scene.reads == 1)

        scene.write(5)
        scene.note(.written)
        _ = scene.step()
        scene.pass(.seconds(60))
        scene.note(.written)
        #expect(scene.run().time == .seconds(2))
    }

    @Test func `every write begins the wait anew, and nothing is read meanwhile`() {
        var scene = SettleScene()
        for number in 2..<1000 {
            scene.write(UInt64(number))
            if number.isMultiple(of: 2) { scene.note(.written) }
            guard case .wait = scene.step() else {
                Issue.record("it does not wait")
                return
            }
            scene.pass(.milliseconds(40))
        }
        #expect(scene.reads == 0)
        #expect(scene.run().report?.contentHash == 999)
    }

    @Test func `a link to a whole file counts at once`() {
        for signal in [SettleDetector.Signal.created, .relinked] {
            var scene = SettleScene()
            scene.write(2)
            scene.note(signal)
            #expect(scene.run().time == .zero)
        }
    }

    @Test func `a new directory does not make an open file whole`() {
        var scene = SettleScene()
        scene.write(2)
        scene.note(.written)
        scene.note(.relinked)
        #expect(scene.run().time == .milliseconds(100))
    }

    @Test func `what is incomplete is read again only when it changes, and reported after a time`()
    {
        var scene = SettleScene()
        scene.write(2, incomplete: "cut")
        scene.note(.finished)
        let (report, time) = scene.run()
        #expect(report?.kind == .incomplete("cut"))
        #expect(report?.contentHash == 2)
        #expect(time == .seconds(1))
        #expect(scene.reads == 2)
        #expect(scene.detector.known == 1)
        // Again only when it changes.
        #expect(scene.step() == .rest)
        scene.write(2, incomplete: "cut")
        #expect(scene.run().report == nil)
        scene.write(3, incomplete: "cut shorter")
        #expect(scene.run().report?.kind == .incomplete("cut shorter"))
        scene.write(4)
        scene.note(.finished)
        #expect(scene.run().report?.kind == .settled)
    }

    @Test func `an incomplete file that gets its rest in time is not reported as incomplete`() {
        var scene = SettleScene()
        for number in 2..<20 {
            scene.write(UInt64(number), incomplete: "cut")
            scene.note(.finished)
            guard case .wait = scene.step() else {
                Issue.record("it does not wait")
                return
            }
            scene.pass(.milliseconds(900))
            guard case .wait = scene.step() else {
                Issue.record("it does not wait")
                return
            }
        }
        scene.write(20)
        scene.note(.finished)
        let (report, time) = scene.run()
        #expect(report?.kind == .settled)
        #expect(time == .zero)
    }

    @Test func `bytes that change within a tick of the clock are read again`() {
        var scene = SettleScene()
        scene.write(2, incomplete: "cut")
        scene.note(.finished)
        guard case .wait = scene.step() else { return }
        // Other bytes, the same stamp.
        scene.hash = 3
        scene.incomplete = nil
        scene.note(.finished)
        #expect(scene.run().report?.contentHash == 3)
        scene.hash = 4
        scene.note(.finished)
        #expect(scene.run().report?.contentHash == 4)
    }

    @Test func `the same bytes are unchanged when the file is another, and nothing when it is not`()
    {
        var scene = SettleScene()
        scene.note(.finished)
        #expect(scene.run().report == nil)
        #expect(scene.reads == 1)
        scene.write(1)
        scene.note(.finished)
        #expect(scene.run().report?.kind == .unchanged)
        // Without a sign of a writer it waits for quiet, as always.
        scene.pass(.seconds(1))
        scene.write(1)
        #expect(scene.run().report?.kind == .unchanged)
    }

    @Test func `what changes while it is read is read again`() {
        var scene = SettleScene()
        scene.write(2)
        scene.note(.finished)
        scene.isTorn = true
        guard case .wait = scene.step() else {
            Issue.record("it does not wait")
            return
        }
        scene.isTorn = false
        let (report, time) = scene.run()
        #expect(report?.kind == .settled)
        #expect(time == .milliseconds(100))
    }

    @Test func `what is missed is found by its bytes`() {
        var scene = SettleScene()
        scene.hash = 2
        scene.note(.doubted)
        let (report, time) = scene.run()
        #expect(report?.kind == .settled)
        #expect(time == .milliseconds(100))
        scene.note(.doubted)
        #expect(scene.run().report == nil)
    }

    @Test func `after any signals the last bytes are known in the end`() {
        var generator = SystemRandomNumberGenerator()
        let signals: [SettleDetector.Signal?] = [
            .written, .created, .finished, .relinked, .doubted, nil,
        ]
        for _ in 0..<2000 {
            var scene = SettleScene()
            var reported: UInt64 = 1
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: scene.sight = .missing
                case 1: scene.write(UInt64.random(in: 1...3, using: &generator), incomplete: "cut")
                default: scene.write(UInt64.random(in: 4...6, using: &generator))
                }
                scene.writer = [.none, .some, .unknown].randomElement(using: &generator) ?? .none
                if let signal = signals.randomElement(using: &generator) ?? nil {
                    scene.note(signal)
                }
                if Bool.random(using: &generator), case .report(let report) = scene.step() {
                    reported = report.contentHash ?? reported
                }
                scene.pass(.milliseconds(Int.random(in: 0...300, using: &generator)))
            }
            // Another stamp than the last one, in any case.
            scene.pass(.milliseconds(1))
            scene.write(9)
            let report = scene.run().report
            #expect(report?.kind == .settled)
            #expect(report?.contentHash == 9)
            #expect(reported != 9)
            #expect(scene.run().report == nil)
        }
    }
}
