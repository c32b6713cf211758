// SPDX-License-Identifier: Apache-2.0

@testable import BackplaneTransport

/// A worker that sends, and the threads of its host that read: the wake protocol as
/// `WorkerChannel.wake`, `HostChannel.enter`, `leave`, `drain`, `serve`, `look` and `wait` follow it.
struct ReadingModel {
    /// Who reads.
    enum Thread {
        /// The reader thread, which sleeps on the eventfd.
        case reader
        /// One that sleeps on the bell until the wanted frame was taken.
        case sleeper
        /// One that looks a few times and goes.
        case poller
    }

    var threads: [Thread]
    /// How many frames are sent.
    var frames: UInt8 = 2
    /// Which of them the sleeper waits for.
    var wanted: UInt8 = 2
    /// How many frames are taken before others have their turn.
    var pass: UInt8 = 2

    // What can be taken out, to see that it is needed.
    var sendFences = true
    var sleepSteps = SleepStep.inOrder
    var leaveLooksAgain = true
    var leaveRings = true
    /// Whether the lookers are counted apart, and each stores what the worker is to do: enough for a
    /// worker's only reader, which counts nobody, and too little for several threads.
    var countsApart = false
    /// Whether the sleeper's look waits for who is at it.
    var sleeperWaitsForItsTurn = true

    /// What the one adds that sleeps on the bell: a byte's highest bit, as words are bytes here.
    private static let sleeper: UInt8 = 1 << 7

    func explore() -> Machine.Result {
        let machine = Machine(
            programs: [worker] + threads.map(program))
        return machine.explore { state in
            state.memory[Word.head.rawValue] == frames && state.memory[Word.tail.rawValue] == frames
                && state.memory[Word.lookers.rawValue] == 0
                && threads.indices.allSatisfy {
                    threads[$0] == .reader || machine.hasEnded($0 + 1, state)
                }
        }
    }

    // MARK: The worker

    private var worker: [Instruction] {
        var writer = ProgramWriter()
        for frame in 1...frames {
            let next = writer.label()
            let eventfd = writer.label()
            writer.store(.head, frame)
            if sendFences { writer.write(.fence) }
            writer.write(.load(.lookers, \.a))
            writer.jump(eventfd) { $0.a == 0 }
            writer.jump(next) { $0.a & Self.sleeper == 0 }
            writer.write(.add(.bell, 1, \.c))
            writer.jump(next)
            writer.place(eventfd)
            writer.write(.swap(.event, 0, 1, otherwise: next))
            writer.place(next)
            writer.forget()
        }
        return writer.program
    }

    // MARK: The host

    private func program(_ thread: Thread) -> [Instruction] {
        var writer = ProgramWriter()
        switch thread {
        case .reader: writeReader(&writer)
        case .sleeper: writeSleeper(&writer)
        case .poller:
            writeEnter(&writer)
            writeDrain(&writer)
            let end = writer.label()
            writer.write(.either(end))
            writeDrain(&writer)
            writer.place(end)
            writeLeave(&writer)
        }
        return writer.program
    }

    private func writeReader(_ writer: inout ProgramWriter) {
        let sleep = writer.here()
        writer.write(.await(.event, 1, 0))
        let serve = writer.here()
        writeEnter(&writer)
        writeDrain(&writer)
        writer.compute { $0.left = $0.isAny }
        writeLeave(&writer)
        writer.jump(sleep) { $0.left == 0 }
        writer.write(.load(.head, \.a))
        writer.write(.load(.tail, \.b))
        writer.jump(sleep) { $0.a == $0.b }
        writer.jump(serve)
    }

    private func writeSleeper(_ writer: inout ProgramWriter) {
        let leave = writer.label()
        let done = writer.label()
        writeEnter(&writer)
        writer.write(.swap(.place, 0, 1, otherwise: leave))
        let again = writer.here()
        for step in sleepSteps { write(step, &writer, done: done) }
        writer.jump(again)
        writer.place(done)
        writeSleeping(false, &writer)
        writer.store(.place, 0)
        writer.place(leave)
        writeLeave(&writer)
    }

    private func write(_ step: SleepStep, _ writer: inout ProgramWriter, done: Int) {
        switch step {
        case .noteBell: writer.write(.load(.bell, \.bell))
        case .announce: writeSleeping(true, &writer)
        case .fence: writer.write(.fence)
        case .look:
            writeDrain(&writer, waits: sleeperWaitsForItsTurn)
            writer.write(.load(.done, \.a))
            writer.jump(done) { $0.a == 1 }
        case .sleep:
            let awake = writer.label()
            writer.write(.load(.nudges, \.nudge))
            writer.store(.place, 2)
            writer.write(.fence)
            writer.write(.load(.done, \.a))
            writer.jump(awake) { $0.a == 1 }
            writer.write(.sleep([(.bell, \.bell), (.nudges, \.nudge)]))
            writer.place(awake)
            writer.store(.place, 1)
        case .withdraw: writeSleeping(false, &writer)
        }
    }

    private func writeSleeping(_ sleeps: Bool, _ writer: inout ProgramWriter) {
        if countsApart {
            writer.store(.lookers, sleeps ? Self.sleeper + 1 : 1)
        } else {
            // Adding it once more takes it away.
            writer.write(.add(.lookers, Self.sleeper, \.c))
        }
    }

    private func writeEnter(_ writer: inout ProgramWriter) {
        writer.write(.add(countsApart ? .count : .lookers, 1, \.c))
        if countsApart {
            let end = writer.label()
            writer.jump(end) { $0.c != 1 }
            writer.store(.lookers, 1)
            writer.place(end)
        }
        writer.forget()
    }

    private func writeLeave(_ writer: inout ProgramWriter) {
        let end = writer.label()
        writer.write(.add(countsApart ? .count : .lookers, 0 &- 1, \.c))
        writer.jump(end) { $0.c != 0 }
        if countsApart { writer.store(.lookers, 0) }
        writer.write(.fence)
        if leaveLooksAgain {
            writeDrain(&writer)
            writer.jump(end) { $0.isAny == 0 }
            writer.write(.load(.head, \.a))
            writer.write(.load(.tail, \.b))
            writer.jump(end) { $0.a == $0.b }
            if leaveRings { writer.write(.swap(.event, 0, 1, otherwise: end)) }
        }
        writer.place(end)
        writer.forget()
        writer.compute { $0.isAny = 0 }
    }

    /// Takes what there is if nobody else is at it, a pass at most; a look that waits takes all.
    private func writeDrain(_ writer: inout ProgramWriter, waits: Bool = false) {
        let (end, unlock) = (writer.label(), writer.label())
        let wanted = wanted
        let pass = waits ? UInt8.max : pass
        writer.compute { ($0.isAny, $0.count) = (0, 0) }
        writer.write(.load(.head, \.a))
        writer.write(.load(.tail, \.b))
        writer.jump(end) { $0.a == $0.b }
        if waits {
            writer.write(.await(.readLock, 0, 1))
        } else {
            writer.compute { $0.isAny = 1 }
            writer.write(.swap(.readLock, 0, 1, otherwise: end))
            writer.compute { $0.isAny = 0 }
        }
        let loop = writer.here()
        writer.jump(unlock) { $0.count == pass }
        writer.write(.load(.head, \.a))
        writer.write(.load(.tail, \.b))
        writer.jump(unlock) { $0.a == $0.b }
        writer.write(.store(.tail) { $0.b + 1 })
        writer.compute { ($0.b, $0.isAny, $0.count) = ($0.b + 1, 1, $0.count + 1) }
        writer.jump(loop) { $0.b != wanted }
        // Whoever takes it tells who waits for it.
        writer.store(.done, 1)
        writer.write(.fence)
        writer.write(.load(.place, \.c))
        writer.jump(loop) { $0.c != 2 }
        writer.write(.add(.nudges, 1, \.c))
        writer.jump(loop)
        writer.place(unlock)
        writer.store(.readLock, 0)
        writer.place(end)
        writer.forget()
    }
}

extension SleepStep {
    /// All of them, as they follow each other.
    static var inOrder: [SleepStep] {
        var steps = [first]
        while let next = steps.last?.next, next != first { steps.append(next) }
        return steps
    }
}
