// SPDX-License-Identifier: Apache-2.0

import Backplane
import Synchronization

/// A plugin that sends, asks and calls.
final class Talker: Plugin {
    static let manifest = Manifest<Talker>("talker", version: "1.0.0") {
        Method("count", Talker.count, "to")
        Method("countAsync", Talker.countAsync, "to")
        Method("tryCount", Talker.tryCount, "to")
        Method("countAndClose", Talker.countAndClose, "to")
        Method("sendAndClose", Talker.sendAndClose, "number")
        Method("askAndClose", Talker.askAndClose)
        Method("relayUntilClosed", Talker.relayUntilClosed, "to")
        Method("ask", Talker.ask, "questions")
        Method("askAsync", Talker.askAsync, "questions")
        Method("askFor", Talker.askFor, "milliseconds")
        Method("outside", Talker.outside)
        Method("fetch", Talker.fetch, "key")
        Method("store", Talker.store, "key", "value")
        Method("relay", Talker.relay, "to")
        Method("interview", Talker.interview)
        Method("deep", Talker.deep, "limit")
        Method("wait", Talker.wait)
        Method("spin", Talker.spin)
        Method("spinAround", Talker.spinAround)
        Method("left", Talker.left)
        Method("keep", Talker.keep)
        Method("useKept", Talker.useKept)
        Method("child", Talker.child)
        Method("log", Talker.log)
    }

    let comm: Comm
    let kept = Mutex<Comm?>(nil)

    init(_ comm: Comm) { self.comm = comm }

    func count(_ to: Int) throws { for number in 0..<to { try comm.send(number) } }

    func countAsync(_ to: Int) async throws { for number in 0..<to { try await comm.send(number) } }

    func tryCount(_ to: Int) throws -> Int {
        var sent = 0
        for number in 0..<to where try comm.trySend(number) { sent += 1 }
        return sent
    }

    func sendAndClose(_ number: Int) throws {
        try comm.send(number)
        comm.close()
    }

    /// Sends, closes, and says what comes of more; ends when it is asked to.
    func countAndClose(_ to: Int) async throws -> [String] {
        for number in 0..<to { try await comm.send(number) }
        comm.close()
        comm.close()
        try await comm.call("gate", "wait", 0)
        var results = ["\(try comm.trySend(0))"]
        results.append(sending())
        do { let _: Int = try await comm.request(0) } catch { results.append("\(error.code)") }
        return results
    }

    private func sending() -> String {
        do {
            try comm.send(0)
            return "sent"
        } catch {
            return error.message
        }
    }

    /// Asks, and closes before there is an answer.
    func askAndClose() async throws -> String {
        async let asked = answer()
        try await comm.call("gate", "wait", 0)
        comm.close()
        return await asked
    }

    private func answer() async -> String {
        do {
            return try await comm.request("well?")
        } catch {
            return error.code.description
        }
    }

    /// Calls `countAndClose` and opens the gate for it once its messages have ended.
    func relayUntilClosed(_ to: Int) async throws -> [Value] {
        let call = try comm.begin(comm.service, "countAndClose", to, as: [Value].self)
        var messages: [Value] = []
        for await message in call.messages { messages.append(message.data) }
        try await comm.call("gate", "open", 0)
        return messages + (try await call.value)
    }

    func ask(_ questions: [String]) throws -> [Int] {
        try questions.map { try comm.request($0) }
    }

    func askAsync(_ questions: [String]) async throws -> [Int] {
        var answers: [Int] = []
        for question in questions { answers.append(try await comm.request(question)) }
        return answers
    }

    func askFor(_ milliseconds: Int) async throws -> Int {
        try await comm.request("how long?", timeout: .milliseconds(milliseconds))
    }

    /// A detached task has lost the call: what it sends is the service's.
    func outside() async throws -> Bool {
        try await Task.detached { [comm] in
            try await comm.send("from outside")
            return comm.deadline == nil
        }.value
    }

    func fetch(_ key: String) async throws -> String { try await comm.call("store", "get", key) }

    func store(_ key: String, _ value: String) async throws {
        try await comm.call("store", "set", named: ["value": value, "key": key])
    }

    /// Calls its own `count` and passes its messages on, doubled.
    func relay(_ to: Int) async throws -> Int {
        let call = try comm.begin(comm.service, "countAsync", to, as: Value.self)
        var sum = 0
        for await message in call.messages {
            let number = try message.decode(as: Int.self)
            sum += number
            try await comm.send(number * 2)
        }
        _ = try await call.value
        return sum
    }

    /// Calls its own `askAsync` and answers itself.
    func interview() async throws -> [Int] {
        try await comm.begin("talker.askAsync", with: ["a", "bb", "ccc"], as: [Int].self) {
            try $0.decode(as: String.self).count
        }.value
    }

    func deep(_ limit: Int) async throws -> Int {
        do {
            return try await comm.call(comm.service, "deep", limit - 1, as: Int.self) + 1
        } catch  where error.code == .tooDeep {
            return 0
        }
    }

    func wait() async throws { try await Task.sleep(for: .seconds(1000)) }

    func spin() throws {
        try comm.send("spinning")
        while true { try comm.checkCancellation() }
    }

    /// Heeds nothing but the end of a nested call.
    func spinAround() async throws {
        try await comm.send("spinning")
        try await comm.call(comm.service, "wait")
    }

    func left() -> [Double] {
        let seconds = comm.timeLeft.map { $0 / .seconds(1) } ?? -1
        let other = comm.deadline.map { ContinuousClock.now.duration(to: $0) / .seconds(1) } ?? -1
        return [seconds, other]
    }

    func keep() { kept.withLock { $0 = comm.current } }

    func useKept() async -> [String] {
        guard let comm = kept.withLock({ $0 }) else { return [] }
        return await Task.detached {
            [
                await code { try await comm.send(1) },
                await code { try { try comm.send(1) }() },
                await code { _ = try comm.trySend(1) },
                await code { let _: Int = try await comm.request(1) },
                await code { try await comm.call("store.get", with: "a") },
                "\(comm.isCancelled)",
            ]
        }.value
    }

    /// A child task is still in the call, and so is one that captured it.
    func child() async throws {
        async let inherited: Void = comm.send("child")
        let current = comm.current
        try await inherited
        try await Task.detached { try await current.send("detached") }.value
    }

    func log() {
        var logger = comm.logger
        logger[metadataKey: "call"] = "7"
        logger.warning("something is odd", metadata: ["what": "\(1...3)"])
    }
}

/// The code of the error that `body` throws, or `ok`.
func code(_ body: () async throws -> Void) async -> String {
    do {
        try await body()
        return "ok"
    } catch {
        return (error as? BackplaneError)?.code.description ?? "\(error)"
    }
}
