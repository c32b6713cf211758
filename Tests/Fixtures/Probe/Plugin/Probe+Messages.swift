// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc
import Synchronization

/// Methods that send, and methods that ask.
extension Probe {
    /// Sends `count` messages: their numbers, or `size` bytes each.
    func stream(_ count: Int, _ size: Int) throws -> Int {
        for index in 0..<count {
            if size == 0 {
                try comm.send(index)
            } else {
                try comm.send([UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size))
            }
        }
        return count
    }

    /// As `stream`, suspending where there is no room.
    func streamAsync(_ count: Int, _ size: Int) async throws -> Int {
        for index in 0..<count {
            if size == 0 {
                try await comm.send(index)
            } else {
                try await comm.send(
                    [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size))
            }
        }
        return count
    }

    /// As `stream`, dropping messages that there is no room for; returns how many went.
    func streamWithoutWaiting(_ count: Int, _ size: Int) throws -> Int {
        var sent = 0
        for index in 0..<count {
            let went =
                try size == 0
                ? comm.trySend(index) : comm.trySend([UInt8](repeating: 1, count: size))
            if went { sent += 1 }
        }
        return sent
    }

    func streamThenCrash(_ count: Int) throws {
        _ = try stream(count, 0)
        abort()
    }

    /// Asks its caller for each number below `count`; returns the answers.
    func ask(_ count: Int) async throws -> [Value] {
        var answers: [Value] = []
        for index in 0..<count { answers.append(try await comm.request(index)) }
        return answers
    }

    /// As `ask`, blocking its thread.
    func askBlocking(_ count: Int) throws -> [Value] {
        try (0..<count).map { try comm.request($0) }
    }

    /// As `ask`, waiting only so long for each answer; null for one that did not come in time.
    func askWithin(_ count: Int, _ milliseconds: Int) async throws -> [Value] {
        var answers: [Value] = []
        for index in 0..<count {
            do throws(BackplaneError) {
                answers.append(try await comm.request(index, timeout: .milliseconds(milliseconds)))
            } catch {
                guard error.code == .deadlineExceeded else { throw error }
                answers.append(.null)
            }
        }
        return answers
    }

    /// As `ask`, all at once.
    func askAtOnce(_ count: Int) async throws -> [Int] {
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for index in 0..<count {
                group.addTask { (index, try await self.comm.request(index)) }
            }
            var answers = [Int](repeating: 0, count: count)
            for try await (index, answer) in group { answers[index] = answer }
            return answers
        }
    }

    /// Asks for each number and sends the answer; returns how many.
    func askAndSend(_ xs: [Int]) async throws -> Int {
        for x in xs {
            let answer: Int = try await comm.request(x)
            try await comm.send(answer)
        }
        return xs.count
    }

    /// Keeps the running call for `lateResult`.
    func late() {
        let current = comm.current
        captured.withLock { $0 = current }
    }

    /// Uses the call that `late` kept, which has ended; says what comes of it.
    func lateResult() async -> [String: String] {
        guard let comm = captured.withLock({ $0 }) else { return [:] }
        return await Task.detached {
            [
                "send": await code { try await comm.send(1) },
                "request": await code { let _: Value = try await comm.request(1) },
                "call": await code { try await comm.call("\(comm.service).count") },
                "isCancelled": "\(comm.isCancelled)",
            ]
        }.value
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
