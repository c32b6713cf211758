// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Synchronization

@testable import BackplaneHost

/// The calling side of one call, which writes everything down.
final class CallRecorder: CallObserver {
    enum News: Equatable {
        case message(Payload)
        case question(Payload)
        case outcome(Outcome)
    }

    struct State {
        var news: [News] = []
        var questions: [Question] = []
        /// Whether two pieces of news ever came at once.
        var hasOverlapped = false
        var isInside = false
    }

    let takesMessages: Bool
    let takesRequests: Bool
    let state = Monitor(State())
    private let onNews: @Sendable (News, Call) -> Void

    init(
        messages: Bool = true, requests: Bool = true,
        onNews: @escaping @Sendable (News, Call) -> Void = { _, _ in }
    ) {
        takesMessages = messages
        takesRequests = requests
        self.onNews = onNews
    }

    var news: [News] { state.withLock { $0.news } }
    var outcomes: [Outcome] {
        news.compactMap { if case .outcome(let outcome) = $0 { outcome } else { nil } }
    }
    var messages: [Payload] {
        news.compactMap { if case .message(let payload) = $0 { payload } else { nil } }
    }
    var questions: [Question] { state.withLock { $0.questions } }
    var hasOverlapped: Bool { state.withLock { $0.hasOverlapped } }

    func received(_ message: Payload, from identifier: String, in call: Call) {
        note(.message(message), call)
    }

    func received(_ question: Question, in call: Call) {
        state.withLock { $0.questions.append(question) }
        note(.question(question.payload), call)
    }

    func finished(_ call: Call, with outcome: Outcome) {
        note(.outcome(outcome), call)
    }

    /// Waits for what the news come to.
    func waits(until isWanted: ([News]) -> Bool) -> Bool {
        let end = Instant.now.advanced(by: .seconds(20))
        return state.wait(until: end) { isWanted($0.news) ? true : nil } ?? false
    }

    private func note(_ news: News, _ call: Call) {
        state.withLock { state in
            if state.isInside { state.hasOverlapped = true }
            state.isInside = true
        }
        onNews(news, call)
        state.withLock { state in
            state.news.append(news)
            state.isInside = false
        }
        state.notify(all: true)
    }
}

/// Whoever holds a call, which counts what it is told.
final class CallHolderRecorder: CallHolder {
    struct Counts: Equatable {
        var cancelled = 0
        var settled = 0
    }

    let state = Monitor(Counts())

    var counts: Counts { state.withLock { $0 } }

    func cancelled(_ call: Call) {
        state.withLock { $0.cancelled += 1 }
        state.notify(all: true)
    }

    func settled(_ call: Call) {
        state.withLock { $0.settled += 1 }
        state.notify(all: true)
    }

    func waits(until isWanted: (Counts) -> Bool) -> Bool {
        let end = Instant.now.advanced(by: .seconds(20))
        return state.wait(until: end) { isWanted($0) ? true : nil } ?? false
    }
}

/// An instance that takes what no caller takes.
final class CallSourceRecorder: CallSource {
    let identifier = "service/1#1"
    let forwarded = Mutex<[Payload]>([])
    let asked = Mutex<[Question]>([])

    func forward(_ message: Payload, of call: Call?, done: @escaping @Sendable () -> Void) {
        forwarded.withLock { $0.append(message) }
        done()
    }

    func answer(_ question: Question, of call: Call?) {
        asked.withLock { $0.append(question) }
    }
}

extension Call {
    static func test(
        _ observer: any CallObserver = CallRecorder(), deadline: Instant = .never,
        arguments: Payload = .null, parent: Call? = nil,
        environment: CallEnvironment = CallEnvironment()
    ) -> Call {
        Call(
            number: environment.nextNumber(), service: "service", method: "method",
            arguments: arguments, deadline: deadline, submitted: .now, parent: parent,
            depth: parent.map { $0.depth + 1 } ?? 0, observer: observer, environment: environment)
    }
}

extension Payload {
    /// A small number as one CBOR item.
    static func number(_ number: Int) -> Payload {
        Payload([0x19, UInt8(number >> 8 & 0xff), UInt8(number & 0xff)])
    }
}

/// Runs a body on so many threads at once and waits for all of them.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Bool {
    let running = Monitor(count)
    let isOpen = Monitor(false)
    for index in 0..<count {
        let isStarted = Threads.start("test") {
            // All begin together: that is when they get in each other's way.
            _ = isOpen.wait { $0 ? true : nil }
            body(index)
            running.withLock { $0 -= 1 }
            running.notify(all: true)
        }
        guard isStarted else { return false }
    }
    isOpen.withLock { $0 = true }
    isOpen.notify(all: true)
    let end = Instant.now.advanced(by: .seconds(30))
    return running.wait(until: end) { $0 == 0 ? true : nil } ?? false
}
