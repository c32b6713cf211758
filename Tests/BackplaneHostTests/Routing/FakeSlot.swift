// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplaneTransport
import Synchronization

@testable import BackplaneHost

/// A slot that keeps calls until the test ends them.
final class FakeSlot: Slot {
    let calls = Monitor<[Call]>([])
    private let directFunction: DirectFunction?
    private let onSubmit: @Sendable (Call) -> Void

    init(
        direct: DirectFunction? = nil, onSubmit: @escaping @Sendable (Call) -> Void = { _ in }
    ) {
        directFunction = direct
        self.onSubmit = onSubmit
    }

    /// Whether it takes calls.
    let isOpen = Atomic<Bool>(true)

    func create() async throws(CallError) -> PluginDescription { FakeSlot.description }
    func start() async throws(CallError) {}
    func restore(_ state: Payload) async throws(CallError) {}
    func save(as version: Int?) async throws(CallError) -> Payload { .null }
    func takeWaiting() -> [Call] { [] }

    func seal(within time: Duration) async -> Bool {
        isOpen.store(false, ordering: .releasing)
        return true
    }

    func unseal() { isOpen.store(true, ordering: .releasing) }

    func submit(_ call: Call, method: MethodEntry, entry: CallEntry) -> Bool {
        guard isOpen.load(ordering: .acquiring) else { return false }
        calls.withLock { $0.append(call) }
        calls.notify(all: true)
        onSubmit(call)
        return true
    }

    func stop(drain: Duration) async {}

    var load: SlotLoad { SlotLoad() }

    func direct(_ method: MethodEntry) -> DirectFunction? { directFunction }

    var numbers: [UInt64] { calls.withLock { $0.map(\.number) } }

    /// Waits until so many calls have come.
    func waits(for count: Int) -> Bool {
        let end = Instant.now.advanced(by: .seconds(20))
        return calls.wait(until: end) { $0.count >= count ? true : nil } ?? false
    }

    static let description = PluginDescription(
        name: "fake", version: "1",
        methods: [MethodDescription(name: "method"), MethodDescription(name: "other")])
}

extension Service {
    static func test(_ name: String = "service", queue: Int = 1024) -> Service {
        Service(ServiceConfiguration(name: name, plugin: .name("Fake"), queue: queue))
    }

    func generation(
        _ number: Int = 1, in slot: any Slot, functions: ProvidedFunctions? = nil
    ) -> Generation {
        Generation(
            number: number, service: self, slot: slot, description: FakeSlot.description,
            plugin: StagedPlugin(
                original: "/fake", path: "/fake", directory: "/", hash: 0, bytes: 0),
            functions: functions ?? ProvidedFunctions { _ in MethodStatistics() })
    }
}
