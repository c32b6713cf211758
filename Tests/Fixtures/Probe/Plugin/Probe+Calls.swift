// SPDX-License-Identifier: Apache-2.0

import Backplane
import Synchronization

/// Methods that call others.
extension Probe {
    /// Calls any target; returns its result as `value`, or its `error` and `message`.
    func nest(_ target: String, _ arguments: Value) async -> [String: Value] {
        do throws(BackplaneError) {
            return ["value": try await comm.call(target, arguments: arguments)]
        } catch {
            return described(error)
        }
    }

    /// As `nest`, through a synchronous handle, for a target with one parameter.
    func nestBlocking(_ target: String, _ argument: Value) -> [String: Value] {
        do throws(BackplaneError) {
            let function = try comm.function(target, taking: Value.self, returning: Value.self)
            return ["value": try function(argument)]
        } catch {
            return described(error)
        }
    }

    /// Calls any target that takes one argument; returns its messages, and its result or error.
    func listen(_ target: String, _ arguments: [Value]) async -> [String: Value] {
        var messages: [Value] = []
        do throws(BackplaneError) {
            let call = try comm.begin(target, arguments: .array(arguments), as: Value.self) {
                message in
                message.data
            }
            for await message in call.messages { messages.append(message.data) }
            return ["value": try await call.value, "messages": .array(messages)]
        } catch {
            return described(error).merging(["messages": .array(messages)]) { $1 }
        }
    }

    /// Calls itself through its own service until that is refused; returns how deep it came.
    func depth(_ limit: Int) async throws -> Int {
        guard limit > 0 else { return 0 }
        do {
            return try await comm.call(comm.service, "depth", limit - 1, as: Int.self) + 1
        } catch  where error.code == .tooDeep {
            return 1
        }
    }

    /// Calls a function of two integers through a synchronous handle.
    func sum(_ target: String, _ a: Int, _ b: Int) throws -> Int {
        try comm.function(target, taking: Int.self, Int.self, returning: Int.self)(a, b)
    }

    /// Calls a function of an integer through a handle that it resolves once and keeps; whether that
    /// was direct comes with the result.
    func through(_ target: String, _ number: Int) throws -> [Value] {
        let function = try kept.withLock { kept in
            if let function = kept[target] { return function }
            let function = try comm.function(target, taking: Int.self, returning: Int.self)
            kept[target] = function
            return function
        }
        return [.integer(Int64(try function(number))), .bool(function.isDirect)]
    }

    /// Calls a function of two integers through an asynchronous handle.
    func sumAsync(_ target: String, _ a: Int, _ b: Int) async throws -> Int {
        let function = comm.asyncFunction(target, taking: Int.self, Int.self, returning: Int.self)
        return try await function(a, b)
    }

    /// Whether calls of a function of two integers are direct.
    func isDirect(_ target: String) -> Bool {
        comm.asyncFunction(target, taking: Int.self, Int.self, returning: Int.self).isDirect
    }

    /// Whether a function that returns its array's address sees the array of its caller.
    func isSameAddress(_ target: String) throws -> Bool {
        let values = (0..<1000).map(Double.init)
        let function = try comm.function(target, taking: [Double].self, returning: Int.self)
        return try function(values) == Self.address(of: values)
    }

    static func address(of values: [Double]) -> Int {
        unsafe values.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }

    private func described(_ error: BackplaneError) -> [String: Value] {
        ["error": .string(error.code.description), "message": .string(error.message)]
    }
}
