// SPDX-License-Identifier: Apache-2.0

import Backplane

// Functions of two to four parameters, which are called without putting a tuple together. They mean
// what the forms over parameter packs mean.

extension ServiceManager {
    /// Provides a function of two parameters.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B) throws -> Result
    ) throws(BackplaneError) {
        try functions.provide(name, SynchronousClosure2(body)) {
            (line) throws(BackplaneError) in try line.provide(name, body)
        }
    }

    /// Provides a function of two parameters that returns nothing.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B) throws -> Void
    ) throws(BackplaneError) {
        try functions.provide(name, SynchronousClosure2(body)) {
            (line) throws(BackplaneError) in try line.provide(name, body)
        }
    }

    /// Provides a function of three parameters.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C) throws -> Result
    ) throws(BackplaneError) {
        try functions.provide(name, SynchronousClosure3(body)) {
            (line) throws(BackplaneError) in try line.provide(name, body)
        }
    }

    /// Provides a function of three parameters that returns nothing.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C) throws -> Void
    ) throws(BackplaneError) {
        try functions.provide(name, SynchronousClosure3(body)) {
            (line) throws(BackplaneError) in try line.provide(name, body)
        }
    }

    /// Provides a function of four parameters.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable, Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C, D) throws -> Result
    ) throws(BackplaneError) {
        try functions.provide(name, SynchronousClosure4(body)) {
            (line) throws(BackplaneError) in try line.provide(name, body)
        }
    }

    /// Provides a function of four parameters that returns nothing.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C, D) throws -> Void
    ) throws(BackplaneError) {
        try functions.provide(name, SynchronousClosure4(body)) {
            (line) throws(BackplaneError) in try line.provide(name, body)
        }
    }
}
