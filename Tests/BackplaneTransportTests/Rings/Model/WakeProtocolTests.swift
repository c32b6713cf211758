// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneTransport

/// The wake protocol, in every order in which its accesses can happen: nothing is published that
/// nobody will look at.
///
/// And each part of it is needed: without it the search finds what is lost.
struct WakeProtocolTests {
    @Test(arguments: [
        ReadingModel(threads: [.reader], frames: 3, pass: 1),
        ReadingModel(threads: [.sleeper], frames: 3, wanted: 3),
        ReadingModel(threads: [.reader, .poller], pass: 1),
        ReadingModel(threads: [.reader, .sleeper], wanted: 2, pass: 1),
        ReadingModel(threads: [.reader, .poller, .poller], frames: 1),
        ReadingModel(threads: [.reader, .sleeper, .poller], frames: 1, wanted: 1),
    ])
    func `nothing is forgotten`(_ model: ReadingModel) {
        let result = model.explore()
        #expect(result.lost == nil)
        #expect(result.states > 100)
    }

    @Test(arguments: [[ReadingModel.Thread.reader], [.sleeper], [.reader, .sleeper]])
    func `a sender without its fence loses a wake-up`(_ threads: [ReadingModel.Thread]) {
        var model = ReadingModel(threads: threads)
        model.sendFences = false
        #expect(model.explore().lost != nil)
    }

    @Test(arguments: [SleepStep.announce, .look])
    func `a sleeper without one of its steps loses a wake-up`(_ step: SleepStep) {
        var model = ReadingModel(threads: [.sleeper])
        model.sleepSteps.removeAll { $0 == step }
        #expect(model.explore().lost != nil)
    }

    @Test func `a bell that is noted after the look is slept through`() {
        var model = ReadingModel(threads: [.sleeper])
        #expect(Set(model.sleepSteps) == Set(SleepStep.allCases))
        model.sleepSteps = [.announce, .fence, .look, .noteBell, .sleep, .withdraw]
        #expect(model.explore().lost != nil)
    }

    @Test func `an announcement that is a mere store needs its fence`() {
        var model = ReadingModel(threads: [.sleeper])
        model.countsApart = true
        #expect(model.explore().lost == nil)
        model.sleepSteps.removeAll { $0 == .fence }
        #expect(model.explore().lost != nil)
    }

    @Test func `who leaves last has to look once more`() {
        var model = ReadingModel(threads: [.reader, .poller])
        model.leaveLooksAgain = false
        #expect(model.explore().lost != nil)
    }

    @Test func `what is left beyond the last look is the reader thread's, which has to know`() {
        var model = ReadingModel(threads: [.reader, .poller], pass: 1)
        model.leaveRings = false
        #expect(model.explore().lost != nil)
    }

    @Test func `a sleeper that leaves the look to who is at it loses a wake-up`() {
        var model = ReadingModel(threads: [.reader, .sleeper])
        model.sleeperWaitsForItsTurn = false
        #expect(model.explore().lost != nil)
    }

    @Test func `where each stores what it wants behind a count, a wake-up is lost`() {
        var model = ReadingModel(threads: [.reader, .sleeper])
        model.countsApart = true
        #expect(model.explore().lost != nil)
    }

    // MARK: Room

    @Test(arguments: [RoomModel(sendsElsewhere: false), RoomModel()])
    func `room is told of`(_ model: RoomModel) {
        let result = model.explore()
        #expect(result.lost == nil)
        #expect(result.states > 100)
    }

    @Test func `each part of asking for room is needed`() {
        func isLost(_ change: (inout RoomModel) -> Void) -> Bool {
            var model = RoomModel()
            change(&model)
            return model.explore().lost != nil
        }
        #expect(isLost { $0.sendFences = false })
        #expect(isLost { $0.readerTells = false })
        #expect(isLost { $0.sleeperFlushes = false })
        #expect(isLost { $0.sleepSteps.removeAll { $0 == .announce } })
        #expect(isLost { $0.sleepSteps.removeAll { $0 == .fence } })
    }

    /// It makes use of room at once; without it the reader, which the send wakes, tells of it.
    @Test func `the second look of who begins to wait for room is not needed`() {
        var model = RoomModel(sendsElsewhere: false)
        model.waitLooksAgain = false
        model.waitFences = false
        #expect(model.explore().lost == nil)
    }
}
