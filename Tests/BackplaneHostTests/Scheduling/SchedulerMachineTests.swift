// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

@testable import BackplaneHost

/// The decisions of a scheduler, played without threads and time.
struct SchedulerMachineTests {
    typealias Action = SchedulerMachine.Action

    private static func started(limit: Int = 2, wait: Waiting = true) -> SchedulerMachine {
        var machine = SchedulerMachine(limit: limit)
        #expect(machine.start(.init(endsOnEmpty: true, wait: wait)) == [.tell(.started)])
        return machine
    }

    @Test func `one submission goes its way, and the run ends`() {
        var machine = Self.started()
        #expect(machine.submit(1) == [])
        #expect(machine.told() == [.announce(1)])
        #expect(machine.announced(1) == [.begin(1)])
        #expect(machine.ended(1) == [.tell(.empty)])
        #expect(machine.told() == [.tell(.finishing)])
        #expect(machine.told() == [.tell(.finished)])
        #expect(machine.told() == [.end(.exhausted)])
        #expect(!machine.isRunning)
    }

    @Test func `nothing is submitted before, while it ends, and after`() {
        var machine = SchedulerMachine(limit: 1)
        #expect(machine.submit(1) == nil)
        machine = Self.started()
        #expect(machine.stop(.stopped) == [])
        #expect(machine.submit(1) == nil)
        #expect(machine.told() == [.tell(.stop)])
        #expect(machine.told() == [.tell(.finishing)])
        #expect(machine.submit(1) == nil)
        #expect(machine.told() == [.tell(.finished)])
        #expect(machine.told() == [.end(.stopped)])
        #expect(machine.submit(1) == nil)
    }

    @Test func `it runs many times, and once at a time`() {
        var machine = SchedulerMachine(limit: 1)
        for _ in 0..<3 {
            #expect(machine.start(.init()) == [.tell(.started)])
            #expect(machine.start(.init()) == nil)
            #expect(machine.told() == [.tell(.empty)])
            #expect(machine.told() == [.tell(.finishing)])
            #expect(machine.told() == [.tell(.finished)])
            #expect(machine.told() == [.end(.exhausted)])
        }
    }

    @Test func `so many run at once, in the order of their submission`() {
        var machine = Self.started()
        _ = machine.told()
        for number in UInt64(1)...4 { #expect(machine.submit(number) == [.announce(number)]) }
        #expect(machine.announced(1) == [.begin(1)])
        #expect(machine.announced(2) == [.begin(2)])
        #expect(machine.announced(3) == [])
        #expect(machine.announced(4) == [])
        #expect(machine.ended(2) == [.begin(3)])
        #expect(machine.ended(1) == [.begin(4)])
    }

    @Test func `empty is told again after more was submitted`() {
        var machine = Self.started()
        #expect(machine.told() == [.tell(.empty)])
        #expect(machine.submit(1) == [.announce(1)])
        #expect(machine.told() == [])
        #expect(machine.announced(1) == [.begin(1)])
        #expect(machine.ended(1) == [.tell(.empty)])
        #expect(machine.told() == [.tell(.finishing)])
    }

    @Test func `what was submitted on empty keeps the run, also if it ended meanwhile`() {
        var machine = Self.started()
        #expect(machine.told() == [.tell(.empty)])
        #expect(machine.submit(1) == [.announce(1)])
        #expect(machine.announced(1) == [.begin(1)])
        #expect(machine.ended(1) == [])
        #expect(machine.told() == [.tell(.empty)])
        #expect(machine.told() == [.tell(.finishing)])
    }

    @Test func `none begins before those that were submitted before it`() {
        var machine = Self.started(limit: 3)
        _ = machine.submit(1)
        _ = machine.submit(2)
        _ = machine.submit(3)
        _ = machine.told()
        #expect(machine.announced(3) == [])
        #expect(machine.announced(1) == [.begin(1)])
        #expect(machine.cancel(2) == [])
        #expect(machine.announced(2) == [.drop(2), .begin(3)])
    }

    @Test func `a run that does not end on empty waits for more`() {
        var machine = SchedulerMachine(limit: 1)
        _ = machine.start(.init(endsOnEmpty: false))
        #expect(machine.told() == [.tell(.empty)])
        #expect(machine.told() == [])
        #expect(machine.submit(1) == [.announce(1)])
        #expect(machine.announced(1) == [.begin(1)])
        #expect(machine.ended(1) == [.tell(.empty)])
        #expect(machine.told() == [])
        #expect(machine.stop(.timeout) == [.tell(.timeout)])
        #expect(machine.told() == [.tell(.finishing)])
    }

    @Test func `a stop waits for what runs, and drops what waits`() {
        var machine = Self.started(limit: 1)
        for number in UInt64(1)...3 { _ = machine.submit(number) }
        #expect(machine.told() == [.announce(1), .announce(2), .announce(3)])
        #expect(machine.announced(1) == [.begin(1)])
        #expect(machine.announced(2) == [])
        #expect(machine.stop(.timeout) == [.tell(.timeout)])
        #expect(machine.stop(.exception) == [])
        #expect(machine.told() == [.tell(.finishing)])
        #expect(machine.told() == [.drop(2)])
        #expect(machine.announced(3) == [.drop(3)])
        #expect(machine.ended(2) == [])
        #expect(machine.ended(3) == [])
        #expect(machine.ended(1) == [.tell(.finished)])
        #expect(machine.told() == [.end(.timeout)])
    }

    @Test func `a stop that waits for nothing cancels what runs`() {
        var machine = Self.started(wait: false)
        _ = machine.submit(1)
        _ = machine.told()
        _ = machine.announced(1)
        _ = machine.stop(.stopped)
        _ = machine.told()
        #expect(machine.told() == [.cancel(1)])
        #expect(machine.ended(1) == [.tell(.finished)])
    }

    @Test func `a stop that waits a while cancels what runs then`() {
        var machine = Self.started(wait: .atMost(.seconds(3)))
        _ = machine.submit(1)
        _ = machine.told()
        _ = machine.announced(1)
        _ = machine.stop(.stopped)
        #expect(machine.waited() == [])
        _ = machine.told()
        #expect(machine.told() == [.watch(.seconds(3))])
        #expect(machine.waited() == [.cancel(1)])
    }

    @Test func `an abort spares nothing, also when the end waits already`() {
        var machine = Self.started()
        _ = machine.submit(1)
        _ = machine.told()
        _ = machine.announced(1)
        #expect(machine.abort() == [.tell(.stop)])
        _ = machine.told()
        #expect(machine.told() == [.cancel(1)])
        machine = Self.started()
        _ = machine.submit(1)
        _ = machine.told()
        _ = machine.announced(1)
        _ = machine.stop(.timeout)
        _ = machine.told()
        #expect(machine.told() == [])
        #expect(machine.abort() == [.cancel(1)])
    }

    @Test func `cancelling works at every stage`() {
        var machine = Self.started(limit: 1)
        _ = machine.submit(1)
        #expect(machine.cancel(1) == [])
        _ = machine.told()
        #expect(machine.announced(1) == [.drop(1)])
        _ = machine.submit(2)
        _ = machine.submit(3)
        _ = machine.announced(2)
        _ = machine.announced(3)
        #expect(machine.cancel(3) == [.drop(3)])
        #expect(machine.cancel(2) == [.cancel(2)])
        #expect(machine.cancel(9) == [])
        #expect(machine.ended(1) == [])
        #expect(machine.ended(3) == [])
        #expect(machine.ended(2) == [.tell(.empty)])
    }

    @Test func `whatever happens in whatever order, the run ends and each submission once`() {
        for seed in UInt64(0)..<3000 {
            var game = SchedulerGame(seed: seed)
            game.play()
            #expect(game.mistakes.isEmpty, "seed \(seed): \(game.mistakes)")
        }
    }
}

/// Plays a machine with random events, and looks at what it orders.
private struct SchedulerGame {
    private var random: SeededGenerator
    private var machine: SchedulerMachine
    private let limit: Int
    /// What the world owes the machine.
    private var telling: SchedulerMachine.News?
    private var announcing: Set<UInt64> = []
    private var running: Set<UInt64> = []
    private var dropping: Set<UInt64> = []
    private var ended: Set<UInt64> = []
    private var accepted: Set<UInt64> = []
    private var told: [SchedulerMachine.News] = []
    private var end: ExitState.Code?
    var mistakes: [String] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        limit = Int.random(in: 1...3, using: &random)
        machine = SchedulerMachine(limit: limit)
    }

    mutating func play() {
        let waits: [Waiting] = [true, false, .atMost(.seconds(1))]
        let terms = SchedulerMachine.Terms(
            endsOnEmpty: Bool.random(using: &random),
            wait: waits.randomElement(using: &random) ?? true)
        take(machine.start(terms) ?? [])
        for step in UInt64(0)..<200 where end == nil { act(step) }
        take(machine.stop(.stopped))
        for _ in 0..<400 where end == nil { settle() }
        judge()
    }

    private mutating func act(_ step: UInt64) {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2:
            if let actions = machine.submit(step) {
                accepted.insert(step)
                take(actions)
            }
        case 3:
            if let number = accepted.sorted().randomElement(using: &random) {
                take(machine.cancel(number))
            }
        case 4 where step > 100: take(machine.stop(.timeout))
        case 5 where step > 150: take(machine.abort())
        case 6: take(machine.waited())
        default: settle()
        }
    }

    /// One of the things that were begun comes to its end.
    private mutating func settle() {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            guard telling != nil else { return }
            telling = nil
            take(machine.told())
        case 1:
            guard let number = announcing.sorted().randomElement(using: &random) else { return }
            announcing.remove(number)
            take(machine.announced(number))
        case 2:
            guard let number = running.sorted().randomElement(using: &random) else { return }
            running.remove(number)
            finish(number)
        default:
            guard let number = dropping.sorted().randomElement(using: &random) else { return }
            dropping.remove(number)
            finish(number)
        }
    }

    private mutating func finish(_ number: UInt64) {
        if !ended.insert(number).inserted { mistakes.append("\(number) ended twice") }
        take(machine.ended(number))
    }

    private mutating func take(_ actions: [SchedulerMachine.Action]) {
        for action in actions {
            switch action {
            case .tell(let news):
                if telling != nil { mistakes.append("\(news) told meanwhile") }
                if news == .empty, !(running.isEmpty && dropping.isEmpty && announcing.isEmpty) {
                    mistakes.append("empty, but not so")
                }
                telling = news
                told.append(news)
            case .announce(let number): announcing.insert(number)
            case .begin(let number):
                running.insert(number)
                if running.count > limit { mistakes.append("\(running.count) at once") }
                if told.contains(.finishing) { mistakes.append("\(number) began at the end") }
            case .drop(let number): dropping.insert(number)
            case .cancel(let number):
                if !running.contains(number) { mistakes.append("\(number) does not run") }
            case .watch: break
            case .end(let code):
                if end != nil { mistakes.append("ended twice") }
                end = code
            }
        }
    }

    private mutating func judge() {
        if end == nil { mistakes.append("never ended") }
        if ended != accepted { mistakes.append("left over: \(accepted.subtracting(ended))") }
        if told.first != .started { mistakes.append("began with \(told)") }
        if told.suffix(2) != [.finishing, .finished] { mistakes.append("ended with \(told)") }
        for news in [SchedulerMachine.News.started, .finishing, .finished, .timeout, .stop]
        where told.count(where: { $0 == news }) > 1 {
            mistakes.append("\(news) twice")
        }
        if machine.isRunning { mistakes.append("runs on") }
    }
}
