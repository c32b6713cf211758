// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import BackplanePayload
import Glibc

/// Calls of an embedding program that go through no call machinery, beside the closure itself.
///
/// In a child of this process, into which a library is preloaded that counts allocations.
struct EmbeddingBenchmark: Benchmark {
    let section = "handles"

    /// The argument that makes this program the child.
    static let childArgument = "--embedded"

    func run(into report: inout Report) async throws {
        for (name, cost) in try Self.child() {
            let call = "from the program, \(name)"
            report.add("\(call): more than the closure", cost.overhead, "ns")
            report.add(
                "\(call): allocations in 1000 calls", Double(cost.allocations), "", atMost: 0)
            report.add(
                "\(call): copies of the argument", cost.isSameAddress ? 0 : 1, "", atMost: 0)
        }
    }

    private struct Cost: Codable {
        var overhead: Double
        var allocations: Int
        var isSameAddress: Bool
    }

    private static func child() throws -> [(String, Cost)] {
        let products = BenchHost.products
        let bytes = try ChildOutput.of(
            products + "/backplane-bench", [childArgument],
            environment: ["LD_PRELOAD": products + "/libAllocationCounter.so"])
        return try CBOR.decode([String: Cost].self, from: bytes).sorted { $0.key < $1.key }
    }

    // MARK: The child

    /// Tells where its arguments lie.
    private final class Addresses: Plugin {
        static let manifest = Manifest<Addresses>("addresses", version: "1") {
            Method("one", Addresses.one, "values")
            Method("three", Addresses.three, "a", "b", "c")
        }

        init(_ comm: Comm) {}

        func one(_ values: [Double]) -> Int { address(of: values) }

        func three(_ a: [Double], _ b: [Double], _ c: [Double]) -> Int { address(of: c) }
    }

    /// Measures, and prints what comes of it for the parent.
    static func runAsChild() async throws {
        let manager = ServiceManager(slot: .inProcess)
        try await manager.register("addresses", as: Addresses.self)
        try manager.provide("one") { (values: [Double]) in address(of: values) }
        try manager.provide("three") { (_: [Double], _: [Double], c: [Double]) in address(of: c) }
        try await manager.start()
        let costs = try measure(manager)
        await manager.shutdown()
        let bytes = try CBOR.encode(costs)
        let written = unsafe bytes.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw ChildFailed(status: -1) }
    }

    private static func measure(_ manager: ServiceManager) throws -> [String: Cost] {
        let values = (0..<1000).map(Double.init)
        let method = try manager.function(
            "addresses.one", taking: [Double].self, returning: Int.self)
        let three = try manager.function(
            "addresses.three", taking: [Double].self, [Double].self, [Double].self,
            returning: Int.self)
        return [
            "a handle to a method": try cost(values) { try method(values) },
            "a handle to a method of three": try cost(values) {
                try three(values, values, values)
            },
            "callFunction of a method": try cost(values) {
                try manager.callFunction("addresses.one", values)
            },
            "callFunction of a method of three": try cost(values) {
                try manager.callFunction("addresses.three", values, values, values)
            },
            "callFunction of its own": try cost(values) {
                try manager.callFunction("one", values)
            },
            "callFunction of its own of three": try cost(values) {
                try manager.callFunction("three", values, values, values)
            },
        ]
    }

    private static func cost(_ values: [Double], _ call: () throws -> Int) throws -> Cost {
        let isSameAddress = try call() == address(of: values)
        var own: [Double] = []
        var called: [Double] = []
        for _ in 0..<200 {
            own.append(nanoseconds { address(of: values) })
            called.append(try nanoseconds(call))
        }
        let overhead = called.sorted()[100] - own.sorted()[100]
        return Cost(
            overhead: overhead,
            allocations: try allocations { for _ in 0..<1000 { _ = try call() } },
            isSameAddress: isSameAddress)
    }

    private static func nanoseconds(_ body: () throws -> Int) rethrows -> Double {
        var sum = 0
        let begin = ContinuousClock.now
        for _ in 0..<1000 { sum &+= try body() }
        let time = ContinuousClock.now - begin
        return sum == 1 ? 0 : Double(time / .nanoseconds(1)) / 1000
    }

    /// What this thread allocates meanwhile, as the preloaded library counts it.
    private static func allocations(_ body: () throws -> Void) throws -> Int {
        typealias Count = @convention(c) () -> UInt64
        guard let symbol = unsafe dlsym(nil, "backplane_allocation_count") else {
            throw ChildFailed(status: -1)
        }
        // SAFETY: the one library that has the symbol is ours, and this is its type.
        let count = unsafe unsafeBitCast(symbol, to: Count.self)
        let before = count()
        try body()
        return Int(count() - before)
    }
}

@inline(never)
private func address(of values: [Double]) -> Int {
    unsafe values.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
}
