// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc

/// Methods that close their messages before they end, and go on once a file is there.
extension Probe {
    /// Sends `count` numbers and closes; says what comes of sending and asking after that.
    func streamThenClose(_ count: Int, _ marker: String) async throws -> [String: String] {
        for index in 0..<count { try await comm.send(index) }
        comm.close()
        try await appearance(of: marker)
        var results = [
            "send": await code { try await comm.send(1) },
            "request": await code { let _: Value = try await comm.request(1) },
            "call": await code { try await comm.call("\(comm.service).count") },
            "trySend": "\(try comm.trySend(1))",
        ]
        results["blocking"] = blocking()
        // Nothing happens the second time.
        comm.close()
        return results
    }

    private func blocking() -> String {
        do throws(BackplaneError) {
            try comm.send(1)
            return "ok"
        } catch {
            return error.message
        }
    }

    /// Closes while somebody sends on and on and waits for room; then makes the file, and says how that
    /// ended.
    func closeWhileSending(_ marker: String) async throws -> String {
        async let sending = code { while true { try await comm.send(0) } }
        while try comm.trySend(0) {}
        comm.close()
        make(marker)
        return await sending
    }

    /// Asks, and closes before there is an answer; says what became of the request.
    func closeWhileAsking(_ marker: String) async throws -> String {
        async let asked = code { let _: Value = try await comm.request(1) }
        try await appearance(of: marker)
        comm.close()
        return await asked
    }

    /// Calls a method with arguments; makes the file once its messages have ended.
    func listenUntilClosed(
        _ target: String, _ arguments: [Value], _ marker: String
    ) async throws -> [String: Value] {
        let call = try comm.begin(target, arguments: .array(arguments), as: Value.self)
        var messages: [Value] = []
        for await message in call.messages { messages.append(message.data) }
        make(marker)
        return ["messages": .array(messages), "value": try await call.value]
    }

    private func make(_ marker: String) {
        unsafe Glibc.close(open(marker, O_CREAT | O_WRONLY, 0o600))
    }

    private func appearance(of marker: String) async throws {
        while unsafe access(marker, F_OK) != 0 { try await Task.sleep(for: .milliseconds(1)) }
    }
}
