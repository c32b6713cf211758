// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneHost

extension ServiceManager {
    /// Provides a function of the program under a name of its own.
    ///
    /// The program calls it with ``callFunction(_:_:as:)`` from then on, started or not; the plugins
    /// as they call any function, directly when they are in this process.
    ///
    /// - Parameters:
    ///   - name: The function's name: letters, digits, `-` and `_`.
    ///   - body: Gets its arguments by reference when it is called directly.
    /// - Throws: `invalid-argument` when the name is in use or malformed.
    public func provide<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (repeat each Argument) throws -> Result
    ) throws(BackplaneError) {
        let closure = SynchronousClosure<(repeat each Argument), Result> { arguments in
            try body(repeat each arguments)
        }
        try functions.provide(name, closure) { (line) throws(BackplaneError) in
            try line.provide(name, body)
        }
    }

    /// Provides a function of the program that returns nothing.
    public func provide<each Argument: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (repeat each Argument) throws -> Void
    ) throws(BackplaneError) {
        let closure = SynchronousClosure<(repeat each Argument), Void> { arguments in
            try body(repeat each arguments)
        }
        try functions.provide(name, closure) { (line) throws(BackplaneError) in
            try line.provide(name, body)
        }
    }

    /// Resolves a method or a function to a handle that is called without suspending.
    ///
    /// When the provider is in this process, synchronous, and of exactly these types, a call of the
    /// handle is the provider's closure: nothing is encoded, nothing is allocated, arrays are passed
    /// by reference. Otherwise it encodes, and blocks its thread for the answer.
    ///
    /// ```swift
    /// let encode = try manager.function(
    ///     "tokenizer.encode", taking: String.self, returning: [Int].self)
    /// let ids = try encode("hello")
    /// ```
    ///
    /// - Parameters:
    ///   - target: `service.method`, or the name of a provided function.
    ///   - types: The types of the parameters.
    ///   - result: The type of the result.
    /// - Throws: `unavailable` when the services were not started yet.
    public func function<each Argument: Encodable & Sendable, Result: Decodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type, returning result: Result.Type
    ) throws(BackplaneError) -> Function<(repeat each Argument), Result> {
        try functions.handle(target) { (line) throws(BackplaneError) in
            try line.function(target, taking: repeat each types, returning: result)
        }
    }

    /// Resolves a method or a function that returns nothing.
    public func function<each Argument: Encodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type
    ) throws(BackplaneError) -> Function<(repeat each Argument), Void> {
        try functions.handle(target) { (line) throws(BackplaneError) in
            try line.function(target, taking: repeat each types)
        }
    }

    /// Calls a function without suspending.
    ///
    /// ```swift
    /// let scores: [Double] = try manager.callFunction("attention", query, key, value)
    /// ```
    ///
    /// A function of the program itself is called as it is. Others are called as
    /// ``function(_:taking:returning:)`` says, through a handle that is kept.
    ///
    /// - Parameters:
    ///   - name: The name of a provided function, or `service.method`.
    ///   - arguments: By reference when the call is direct.
    /// - Throws: The function's outcome. An error that its code threw is `failed`.
    public func callFunction<each Argument: Encodable & Sendable, Result: Decodable & Sendable>(
        _ name: String, _ arguments: repeat each Argument, as type: Result.Type = Result.self
    ) throws(BackplaneError) -> Result {
        guard
            let own = functions.find(
                name, as: SynchronousClosure<(repeat each Argument), Result>.self)
        else {
            let handle = try function(
                name, taking: repeat (each Argument).self, returning: type)
            return try handle(repeat each arguments)
        }
        do {
            return try own.call((repeat each arguments))
        } catch {
            throw .thrownDirectly(error)
        }
    }

    /// Calls a function that returns nothing.
    public func callFunction<each Argument: Encodable & Sendable>(
        _ name: String, _ arguments: repeat each Argument
    ) throws(BackplaneError) {
        guard
            let own = functions.find(
                name, as: SynchronousClosure<(repeat each Argument), Void>.self)
        else {
            let handle = try function(name, taking: repeat (each Argument).self)
            return try handle(repeat each arguments)
        }
        do {
            try own.call((repeat each arguments))
        } catch {
            throw .thrownDirectly(error)
        }
    }
}
