// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplaneTransport
import Synchronization
import Testing

@testable import BackplaneHost

/// Cells of direct calls over the generations of their providers.
struct FunctionRegistryTests {
    private let registry = FunctionRegistry()

    private func function(_ tag: UInt) -> DirectFunction {
        unsafe DirectFunction(
            kind: 1, synchronous: UnsafeRawPointer(bitPattern: tag << 4), asynchronous: nil)
    }

    /// The tag of the function that a cell calls; nil for none.
    private func tag(_ cell: DirectCell?) -> UInt? {
        // See `backplane/functions.h`: the binding in a cell, the closure in a binding.
        guard let cell,
            let binding = unsafe UnsafeRawPointer(
                bitPattern: cell.pointer.load(fromByteOffset: 8, as: UInt.self))
        else { return nil }
        return unsafe binding.load(fromByteOffset: 8, as: UInt.self) >> 4
    }

    private func functions(_ provided: [String: UInt]) -> ProvidedFunctions {
        let functions = ProvidedFunctions { _ in MethodStatistics() }
        for (index, (name, tag)) in provided.enumerated() {
            #expect(functions.provide(name, number: UInt32(index), direct: function(tag)))
        }
        return functions
    }

    @Test func `a cell of a method follows the generations of its service`() {
        let service = Service.test()
        let target = CallTarget("service.method")
        let cell = registry.cell(of: target)
        #expect(tag(cell) == nil)
        registry.publish(service.generation(1, in: FakeSlot(direct: function(1)))) { _ in }
        #expect(tag(cell) == 1)
        registry.publish(service.generation(2, in: FakeSlot(direct: function(2)))) { _ in }
        #expect(tag(cell) == 2)
        _ = registry.withdraw("service")
        #expect(tag(cell) == nil)
        registry.publish(service.generation(3, in: FakeSlot(direct: function(3)))) { _ in }
        #expect(tag(cell) == 3)
        #expect(unsafe registry.cell(of: target)?.pointer == cell?.pointer)
    }

    @Test func `a cell made later is bound at once`() {
        let service = Service.test()
        let generation = service.generation(
            in: FakeSlot(direct: function(1)), functions: functions(["attention": 7]))
        registry.publish(generation) { _ in }
        #expect(tag(registry.cell(of: CallTarget("service.method"))) == 1)
        #expect(tag(registry.cell(of: CallTarget("attention"))) == 7)
        #expect(tag(registry.cell(of: CallTarget("service.unknown"))) == nil)
        #expect(tag(registry.cell(of: CallTarget("other.method"))) == nil)
    }

    @Test func `a function that the next generation lacks is gone`() {
        let service = Service.test()
        let cell = registry.cell(of: CallTarget("attention"))
        registry.publish(
            service.generation(1, in: FakeSlot(), functions: functions(["attention": 1]))
        ) { _ in }
        #expect(tag(cell) == 1)
        #expect(registry.provider(of: "attention") == "service")
        registry.publish(
            service.generation(2, in: FakeSlot(), functions: functions(["softmax": 2]))
        ) { _ in }
        #expect(tag(cell) == nil)
        #expect(registry.provider(of: "attention") == nil)
        #expect(registry.names(of: "service") == ["softmax"])
    }

    @Test func `a name that is taken stays with its first provider`() {
        let (first, second) = (Service.test("first"), Service.test("second"))
        let cell = registry.cell(of: CallTarget("attention"))
        let refused = Mutex<[String]>([])
        registry.publish(
            first.generation(in: FakeSlot(), functions: functions(["attention": 1]))
        ) { name in refused.withLock { $0.append(name) } }
        registry.publish(
            second.generation(in: FakeSlot(), functions: functions(["attention": 2, "own": 3]))
        ) { name in refused.withLock { $0.append(name) } }
        #expect(refused.withLock { $0 } == ["attention"])
        #expect(tag(cell) == 1)
        #expect(registry.provider(of: "own") == "second")
        _ = registry.withdraw("second")
        #expect(tag(cell) == 1)
        #expect(registry.names == ["attention"])
    }

    @Test func `a function provided later counts only while its generation is in charge`() {
        let service = Service.test()
        let late = functions([:])
        registry.publish(service.generation(1, in: FakeSlot(), functions: late)) { _ in }
        #expect(late.provide("early", number: 1, direct: function(1)))
        #expect(tag(registry.cell(of: CallTarget("early"))) == 1)
        registry.publish(service.generation(2, in: FakeSlot(), functions: functions([:]))) { _ in }
        #expect(late.provide("late", number: 2, direct: function(2)))
        #expect(registry.provider(of: "late") == nil)
    }

    @Test func `a generation that was replaced is let go`() {
        let service = Service.test()
        weak var leftover: Generation?
        do {
            let generation = service.generation(
                1, in: FakeSlot(direct: function(1)), functions: functions(["attention": 1]))
            leftover = generation
            registry.publish(generation) { _ in }
            _ = registry.cell(of: CallTarget("service.method"))
        }
        #expect(leftover != nil)
        registry.publish(service.generation(2, in: FakeSlot(), functions: functions([:]))) { _ in }
        #expect(leftover == nil)
    }

    @Test func `a plugin that asks for a cell while it is asked for its closures gets it`() {
        let slot = AskingSlot(registry)
        registry.publish(Service.test().generation(in: slot)) { _ in }
        _ = registry.cell(of: CallTarget("service.method"))
        #expect(slot.hasAnswered)
    }

    /// A slot whose plugin resolves a handle of its own before it gives its closures.
    private final class AskingSlot: Slot {
        private let registry: FunctionRegistry
        private let answered = Atomic(false)
        var hasAnswered: Bool { answered.load(ordering: .relaxed) }

        init(_ registry: FunctionRegistry) { self.registry = registry }

        func create() async throws(CallError) -> PluginDescription { FakeSlot.description }
        func restore(_ state: Payload) async throws(CallError) {}
        func start() async throws(CallError) {}
        func submit(_ call: Call, method: MethodEntry, entry: CallEntry) -> Bool { true }
        func takeWaiting() -> [Call] { [] }
        func seal(within time: Duration) async -> Bool { true }
        func unseal() {}
        func save(as version: Int?) async throws(CallError) -> Payload { .null }
        func stop(drain: Duration) async {}
        var load: SlotLoad { SlotLoad() }

        func direct(_ method: MethodEntry) -> DirectFunction? {
            let cell = registry.cell(of: CallTarget("other.function"))
            answered.store(cell != nil, ordering: .relaxed)
            return nil
        }
    }

    @Test(arguments: ["", "a.b", "a b", "ü", String(repeating: "x", count: 129)])
    func `names that no caller could write are refused`(_ name: String) {
        #expect(!functions([:]).provide(name, number: 1, direct: nil))
    }

    @Test func `a number that has the mark of functions already is refused`() {
        #expect(!functions([:]).provide("name", number: 1 << 31, direct: nil))
    }
}
