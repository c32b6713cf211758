// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

/// What becomes of a file that is gone, can't be read, or was there to begin with.
struct SettleOutcomeTests {
    @Test func `other permissions are no news`() {
        var scene = SettleScene()
        scene.write(2)
        scene.note(.finished)
        #expect(scene.run().report?.kind == .settled)
        guard case .file(let stamp) = scene.sight else { return }
        scene.sight = .file(
            FileStamp(
                inode: stamp.inode, size: stamp.size, modified: stamp.modified,
                changed: stamp.changed + 1))
        scene.note(.relinked)
        #expect(scene.run().report == nil)
        #expect(scene.step() == .rest)
    }

    @Test func `bytes that were refused and are as before again are reported as unchanged`() {
        var scene = SettleScene()
        scene.write(2, incomplete: "cut")
        #expect(scene.run().report?.kind == .incomplete("cut"))
        scene.write(1)
        #expect(scene.run().report?.kind == .unchanged)
    }

    @Test func `what is gone vanishes after a time, once`() {
        var scene = SettleScene()
        let seen = scene.now
        scene.note(.relinked)
        scene.sight = .missing
        let (report, time) = scene.run()
        #expect(report == .init(kind: .vanished, contentHash: nil, seen: seen, written: seen))
        #expect(time == .milliseconds(500))
        #expect(scene.step() == .rest)
        scene.note(.relinked)
        #expect(scene.run().report == nil)
        scene.write(1)
        scene.note(.finished)
        #expect(scene.run().report?.kind == .unchanged)
    }

    @Test func `a gap between two files is not reported`() {
        var scene = SettleScene()
        scene.note(.relinked)
        scene.sight = .missing
        guard case .wait = scene.step() else { return }
        scene.pass(.milliseconds(450))
        scene.write(2)
        scene.note(.created)
        scene.note(.finished)
        let (report, time) = scene.run()
        #expect(report?.kind == .settled)
        #expect(time == .zero)
    }

    @Test func `what is there to begin with is no change`() {
        for sight in [FileSight.missing, .refused("a fifo"), .file(SettleScene.stamp(1))] {
            var scene = SettleScene(sight: sight)
            #expect(scene.run().report == nil)
            scene.pass(.seconds(10))
            #expect(scene.run().report == nil)
        }
        var scene = SettleScene(sight: .file(SettleScene.stamp(1)), incomplete: "cut")
        #expect(scene.run().report == nil)
        #expect(scene.detector.known == nil)
        scene = SettleScene(sight: .file(SettleScene.stamp(1)))
        scene.refusal = "denied"
        #expect(scene.run().report == nil)
        #expect(scene.run().report == nil)
    }

    @Test func `what is there to begin with is known by its bytes`() {
        var scene = SettleScene(sight: .file(SettleScene.stamp(1)), hash: 7)
        #expect(scene.run().report == nil)
        #expect(scene.detector.known == 7)
        scene.write(7)
        scene.note(.finished)
        #expect(scene.run().report?.kind == .unchanged)
    }

    @Test func `a change before the first look is a change`() {
        var scene = SettleScene(sight: .file(SettleScene.stamp(1)))
        scene.write(2)
        #expect(scene.run().report?.kind == .settled)
        scene = SettleScene(sight: .missing)
        scene.write(2)
        #expect(scene.run().report?.kind == .settled)
        scene = SettleScene(sight: .file(SettleScene.stamp(1)))
        scene.sight = .missing
        #expect(scene.run().report?.kind == .vanished)
        scene = SettleScene(sight: .refused("a fifo"))
        scene.write(2)
        #expect(scene.run().report?.kind == .settled)
    }

    @Test func `bytes that are others than those in use are a change, the same are none`() {
        let now = Instant(nanoseconds: 5)
        for (hash, expected) in [(UInt64(1), nil), (2, FileChange.Kind.settled)] {
            var scene = SettleScene()
            scene.detector = SettleDetector(rules: .image, known: 1, at: now)
            scene.hash = hash
            let (report, time) = scene.run()
            #expect(report?.kind == expected)
            #expect(time == .zero)
        }
        var scene = SettleScene()
        scene.detector = SettleDetector(rules: .image, known: 1, at: scene.now)
        scene.sight = .missing
        #expect(scene.run().report?.kind == .vanished)
    }

    @Test func `what can't be read is reported once, and when it can`() {
        var scene = SettleScene()
        scene.refusal = "too many open files"
        scene.note(.finished)
        let (report, time) = scene.run()
        #expect(report?.kind == .unreadable("too many open files"))
        #expect(time == .seconds(1))
        // It is tried again at each poll, silently.
        let reads = scene.reads
        scene.pass(.seconds(2))
        #expect(scene.run().report == nil)
        #expect(scene.reads > reads)
        scene.refusal = nil
        #expect(scene.run().report?.kind == .unchanged)
        scene.sight = .refused("a directory")
        #expect(scene.run().report?.kind == .unreadable("a directory"))
        #expect(scene.run().report == nil)
        scene.sight = .refused("a fifo")
        #expect(scene.run().report?.kind == .unreadable("a fifo"))
    }
}
