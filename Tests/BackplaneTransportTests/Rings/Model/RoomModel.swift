// SPDX-License-Identifier: Apache-2.0

@testable import BackplaneTransport

/// A side that sends more than its ring takes, and one that reads: how what waits in the sender learns
/// of room, as `RingSender.wait` and `flush`, `WorkerChannel.waitForMore` and `letOtherSideOn` have it.
///
/// Either side may be the host: its lookers are counted, but of the sleeper it is the same.
struct RoomModel {
    /// How many frames are sent; the ring takes one.
    var frames: UInt8 = 2
    /// Whether the sends are another thread's than the one that sleeps at the sending side.
    var sendsElsewhere = true

    // What can be taken out, to see that it is needed.
    var sendFences = true
    /// Whether who begins to wait for room looks for it once more after saying so.
    var waitLooksAgain = true
    var waitFences = true
    var sleepSteps = SleepStep.inOrder
    /// Whether the reader asks whether room is wanted before it sleeps.
    var readerTells = true
    /// Whether the sleeper at the sending side looks for room, not only for frames.
    var sleeperFlushes = true

    func explore() -> Machine.Result {
        let sender: [[Instruction]] =
            sendsElsewhere
            ? [sending { _ in }, sleeping { flushing(&$0) }]
            : [sending { writeSleep(&$0) { flushing(&$0) } }]
        let machine = Machine(
            programs: sender + [reader],
            // Both sides are awake in the beginning.
            initial: [.lookers: 1, .senderLookers: 1])
        return machine.explore { state in
            state.memory[Word.head.rawValue] == frames && state.memory[Word.tail.rawValue] == frames
                && state.memory[Word.queued.rawValue] == 0
        }
    }

    // MARK: The sending side

    /// Sends all frames, each under the lock, and goes on with something else.
    private func sending(_ next: (inout ProgramWriter) -> Void) -> [Instruction] {
        var writer = ProgramWriter()
        for _ in 0..<frames {
            let (waits, unlock) = (writer.label(), writer.label())
            writer.write(.await(.sendLock, 0, 1))
            writer.write(.load(.queued, \.left))
            writer.jump(waits) { $0.left > 0 }
            writeIfRoom(&writer, otherwise: waits)
            writer.jump(unlock)
            writer.place(waits)
            writer.write(.load(.queued, \.left))
            writer.write(.store(.queued) { $0.left + 1 })
            // Who finds others waiting has nothing to announce.
            writer.jump(unlock) { $0.left > 0 }
            writer.store(.wantsRoom, 1)
            if waitFences { writer.write(.fence) }
            if waitLooksAgain { writeFlush(&writer) }
            writer.place(unlock)
            writer.store(.sendLock, 0)
            writeWake(&writer)
        }
        next(&writer)
        return writer.program
    }

    /// Writes what waits, as far as there is room, and says when that was all; with the lock held.
    private func writeFlush(_ writer: inout ProgramWriter) {
        let (end, full) = (writer.label(), writer.label())
        let again = writer.here()
        writer.write(.load(.queued, \.left))
        writer.jump(end) { $0.left == 0 }
        writeIfRoom(&writer, otherwise: full)
        writer.write(.load(.queued, \.left))
        writer.write(.store(.queued) { $0.left - 1 })
        writer.jump(again)
        writer.place(end)
        writer.store(.wantsRoom, 0)
        writer.place(full)
    }

    private func writeIfRoom(_ writer: inout ProgramWriter, otherwise full: Int) {
        writer.write(.load(.head, \.a))
        writer.write(.load(.tail, \.b))
        writer.jump(full) { $0.a != $0.b }
        writer.write(.store(.head) { $0.a + 1 })
    }

    /// Wakes the reader if it sleeps.
    private func writeWake(_ writer: inout ProgramWriter) {
        let end = writer.label()
        if sendFences { writer.write(.fence) }
        writer.write(.load(.lookers, \.a))
        writer.jump(end) { $0.a != 0 }
        writer.write(.add(.bell, 1, \.c))
        writer.place(end)
        writer.forget()
        writer.compute { $0.left = 0 }
    }

    /// What the sending side's sleeper looks for: whether what waits can go.
    private func flushing(_ writer: inout ProgramWriter) {
        guard sleeperFlushes else { return }
        let end = writer.label()
        writer.write(.load(.queued, \.a))
        writer.jump(end) { $0.a == 0 }
        writer.write(.await(.sendLock, 0, 1))
        writeFlush(&writer)
        writer.store(.sendLock, 0)
        writeWake(&writer)
        writer.place(end)
        writer.forget()
    }

    private func sleeping(_ look: (inout ProgramWriter) -> Void) -> [Instruction] {
        var writer = ProgramWriter()
        writeSleep(&writer, look)
        return writer.program
    }

    /// Sleeps on the reading side's bell, and looks, for ever.
    private func writeSleep(_ writer: inout ProgramWriter, _ look: (inout ProgramWriter) -> Void) {
        let again = writer.here()
        for step in sleepSteps {
            switch step {
            case .noteBell: writer.write(.load(.senderBell, \.bell))
            case .announce: writer.store(.senderLookers, 0)
            case .fence: writer.write(.fence)
            case .look: look(&writer)
            case .sleep: writer.write(.sleep([(.senderBell, \.bell)]))
            case .withdraw: writer.store(.senderLookers, 1)
            }
        }
        writer.jump(again)
    }

    // MARK: The reading side

    private var reader: [Instruction] {
        var writer = ProgramWriter()
        let again = writer.here()
        let asleep = writer.label()
        // Takes all there is.
        let take = writer.here()
        writer.write(.load(.head, \.a))
        writer.write(.load(.tail, \.b))
        writer.jump(asleep) { $0.a == $0.b }
        writer.write(.store(.tail) { $0.b + 1 })
        writer.jump(take)
        writer.place(asleep)
        writer.forget()
        for step in SleepStep.inOrder {
            switch step {
            case .noteBell: writer.write(.load(.bell, \.bell))
            case .announce: writer.store(.lookers, 0)
            case .fence: writer.write(.fence)
            case .look:
                let sleeps = writer.label()
                if readerTells { writeTelling(&writer) }
                writer.write(.load(.head, \.a))
                writer.write(.load(.tail, \.b))
                writer.jump(sleeps) { $0.a == $0.b }
                writer.store(.lookers, 1)
                writer.forget()
                writer.jump(again)
                writer.place(sleeps)
                writer.forget()
            case .sleep: writer.write(.sleep([(.bell, \.bell)]))
            case .withdraw: writer.store(.lookers, 1)
            }
        }
        writer.jump(again)
        return writer.program
    }

    /// Wakes the sending side if it waits for room and sleeps.
    private func writeTelling(_ writer: inout ProgramWriter) {
        let end = writer.label()
        writer.write(.load(.wantsRoom, \.a))
        writer.jump(end) { $0.a == 0 }
        writer.write(.load(.senderLookers, \.a))
        writer.jump(end) { $0.a != 0 }
        writer.write(.add(.senderBell, 1, \.c))
        writer.place(end)
        writer.forget()
    }
}
