// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc

/// What a call through a handle costs beside the same closure called without one.
struct HandleCost: Encodable {
    /// Nanoseconds that the closure takes, the median of many short batches.
    var closure: Double
    /// Nanoseconds that the call through the handle takes.
    var handle: Double
    /// What a thousand calls through the handle allocate; nil where nobody counts.
    var allocations: Int?
    /// Whether the provider sees the very memory of its caller.
    var isSameAddress: Bool
}

/// Methods that measure handles.
extension Probe {
    /// Measures a function that returns its array's address.
    func measureArray(_ target: String, _ batches: Int) throws -> HandleCost {
        let function = try comm.function(target, taking: [Double].self, returning: Int.self)
        let closure = Self.twin { (values: [Double]) in Self.address(of: values) }
        let values = (0..<1000).map(Double.init)
        return try Self.cost(
            batches, address: Self.address(of: values), closure: { try closure.call(values) },
            handle: { try function(values) })
    }

    /// Measures a function that returns its text's address.
    func measureText(_ target: String, _ batches: Int) throws -> HandleCost {
        let function = try comm.function(target, taking: String.self, returning: Int.self)
        let closure = Self.twin { (text: String) in Self.address(of: text) }
        let text = String(repeating: "text", count: 250)
        return try Self.cost(
            batches, address: Self.address(of: text), closure: { try closure.call(text) },
            handle: { try function(text) })
    }

    static func address(of text: String) -> Int {
        // The text's own memory, or 0 for one so short that it has none.
        unsafe text.utf8.withContiguousStorageIfAvailable { Int(bitPattern: $0.baseAddress) } ?? 0
    }

    /// The provider's closure once more, on this side.
    private final class Twin<Argument> {
        let call: @Sendable (Argument) throws -> Int

        init(_ call: @escaping @Sendable (Argument) throws -> Int) { self.call = call }
    }

    /// Not inlined, and by two ways that only a caller tells apart: the compiler must not see which
    /// closure it is.
    @inline(never)
    private static func twin<Argument>(
        _ call: @escaping @Sendable (Argument) throws -> Int
    ) -> Twin<Argument> {
        getpid() > 0 ? Twin(call) : Twin { _ in 0 }
    }

    @inline(__always)
    private static func cost(
        _ batches: Int, address: Int, closure: () throws -> Int, handle: () throws -> Int
    ) throws -> HandleCost {
        let isSameAddress = try handle() == address
        var own: [Double] = []
        var direct: [Double] = []
        for _ in 0..<batches {
            own.append(try Self.nanoseconds(closure))
            direct.append(try Self.nanoseconds(handle))
        }
        return HandleCost(
            closure: own.sorted()[batches / 2], handle: direct.sorted()[batches / 2],
            allocations: try Self.allocations { for _ in 0..<1000 { _ = try handle() } },
            isSameAddress: isSameAddress)
    }

    /// A batch so short that it mostly runs without being preempted.
    @inline(__always)
    private static func nanoseconds(_ body: () throws -> Int) rethrows -> Double {
        var sum = 0
        let begin = ContinuousClock.now
        for _ in 0..<1000 { sum &+= try body() }
        let time = ContinuousClock.now - begin
        guard sum != 1 else { return 0 }
        return Double(time / .nanoseconds(1)) / 1000
    }

    /// What this thread allocates meanwhile, as a preloaded library counts it.
    private static func allocations(_ body: () throws -> Void) rethrows -> Int? {
        typealias Count = @convention(c) () -> UInt64
        guard let symbol = unsafe dlsym(nil, "backplane_allocation_count") else { return nil }
        // SAFETY: the one library that has the symbol is ours, and this is its type.
        let count = unsafe unsafeBitCast(symbol, to: Count.self)
        let before = count()
        try body()
        return Int(count() - before)
    }
}
