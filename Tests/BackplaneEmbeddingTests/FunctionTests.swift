// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import Testing

/// M9: functions of the program, synchronous, by reference.
@Suite(.timeLimit(.minutes(5)))
struct FunctionTests {
    private func provideAll(_ manager: ServiceManager) throws {
        try manager.provide("one") { (a: [Double]) in [addressOf(a)] }
        try manager.provide("two") { (a: [Double], b: [Double]) in [addressOf(a), addressOf(b)] }
        try manager.provide("three") { (a: [Double], b: [Double], c: [Double]) in
            [addressOf(a), addressOf(b), addressOf(c)]
        }
        try manager.provide("four") { (a: [Double], b: [Double], c: [Double], d: [Double]) in
            [addressOf(a), addressOf(b), addressOf(c), addressOf(d)]
        }
    }

    @Test(arguments: [false, true])
    func `a function gets the very arrays of its caller, started or not`(
        isStarted: Bool
    ) async throws {
        try await withManager { manager in
            if isStarted { try await manager.start() }
            try provideAll(manager)
            let (a, b, c, d) = ([1.0], [2.0], [3.0], [4.0])
            let (x, y, z, w) = (addressOf(a), addressOf(b), addressOf(c), addressOf(d))
            #expect(try manager.callFunction("one", a) == [x])
            #expect(try manager.callFunction("two", a, b) == [x, y])
            #expect(try manager.callFunction("three", a, b, c) == [x, y, z])
            #expect(try manager.callFunction("four", a, b, c, d) == [x, y, z, w])
        }
    }

    @Test func `the guide's attention gives what it gives there`() throws {
        let manager = ServiceManager(options: .test)
        try manager.provide("attention") { (q: [Double], k: [Double], v: [Double]) in
            let score = zip(q, k).map { $0 * $1 }.reduce(0, +)
            return v.map { $0 * score }
        }
        let (q, k, v) = ([1.0, 2.0], [3.0, 4.0], [10.0, 20.0])
        let result: [Double] = try manager.callFunction("attention", q, k, v)
        #expect(result == [110, 220])
    }

    @Test func `handles get the very arrays too`() async throws {
        try await withManager { manager in
            try provideAll(manager)
            try await manager.start()
            let a = [1.0]
            let one = try manager.function("one", taking: [Double].self, returning: [Int].self)
            #expect(one.isDirect)
            #expect(try one(a) == [addressOf(a)])
            let three = try manager.function(
                "three", taking: [Double].self, [Double].self, [Double].self,
                returning: [Int].self)
            #expect(three.isDirect)
            #expect(try three(a, a, a) == [Int](repeating: addressOf(a), count: 3))
        }
    }

    @Test(arguments: Mounting.allCases)
    func `plugins call the program's functions, directly in this process`(
        mounting: Mounting
    ) async throws {
        try await withManager { manager in
            try manager.provide("add") { (a: Int, b: Int) in a + b }
            try await mounting.register(on: manager)
            #expect(try await manager.call("probe", "sumAsync", "add", 2, 3) == 5)
            let isDirect: Bool = try await manager.call("probe", "isDirect", "add")
            #expect(isDirect == (mounting.slot != .forked))
            try manager.provide("later") { (a: Int, b: Int) in a * b }
            #expect(try await manager.call("probe", "sumAsync", "later", 2, 3) == 6)
        }
    }

    @Test(arguments: Mounting.allCases)
    func `the program calls functions that plugins provide`(mounting: Mounting) async throws {
        try await withManager { manager in
            try await mounting.register(on: manager, config: ["provides": "probe"])
            try await manager.start()
            #expect(try manager.callFunction("probe_sum", 2, 3) == 5)
        }
    }

    @Test func `arguments of other types are converted, once there is a host`() async throws {
        try await withManager { manager in
            try manager.provide("double") { (number: Double) in number * 2 }
            let error = #expect(throws: BackplaneError.self) {
                let _: Double = try manager.callFunction("double", 2 as Int)
            }
            #expect(error?.code == .unavailable)
            try await manager.start()
            #expect(try manager.callFunction("double", 2 as Int, as: Double.self) == 4)
        }
    }

    @Test func `functions that return nothing are called, and what they throw is failed`()
        async throws
    {
        struct Wrong: Error {}
        try await withManager { manager in
            let counter = Counter()
            try manager.provide("bump") { () -> Void in _ = counter.increment() }
            try manager.provide("bump_by") { (a: Int, b: Int) -> Void in
                for _ in 0..<(a * b) { _ = counter.increment() }
            }
            try manager.provide("wrong") { (_: Int) throws -> Int in throw Wrong() }
            try manager.callFunction("bump")
            try manager.callFunction("bump_by", 2, 2)
            #expect(counter.count() == 5)
            let error = #expect(throws: BackplaneError.self) {
                let _: Int = try manager.callFunction("wrong", 1)
            }
            #expect(error?.code == .failed)
            #expect(error?.type?.hasSuffix("Wrong") == true)
        }
    }

    @Test func `a name that is taken or malformed is refused`() async throws {
        try await withManager { manager in
            try manager.provide("one") { (a: Int) in a }
            for name in ["one", "", "a.b", "ü"] {
                let error = #expect(throws: BackplaneError.self) {
                    try manager.provide(name) { (a: Int) in a }
                }
                #expect(error?.code == .invalidArgument)
            }
            try await manager.start()
            let error = #expect(throws: BackplaneError.self) {
                let _: Int = try manager.callFunction("nothing", 1)
            }
            #expect(error?.code == .notFound)
        }
    }
}
