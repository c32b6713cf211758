// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Logging
import Synchronization
import Testing

@testable import BackplaneHost

/// Where an instance's target leads, which is looked up once.
struct CallWayTests {
    /// Counts the calls that it does not take.
    private final class Callee: CallReceiver {
        let name: String
        private let begun = Atomic(0)

        init(_ name: String) { self.name = name }

        var count: Int { begun.load(ordering: .relaxed) }

        func deadline(of method: String, from now: Instant) -> Instant { .never }
        func retries(of method: String) -> RetryConfiguration? { nil }
        func begin(_ method: String, _ request: consuming PlainRequest) -> PlainCall? {
            begun.add(1, ordering: .relaxed)
            return nil
        }
        func submit(_ call: Call, entry: CallEntry) {}
    }

    private let router = Router(payloadLimit: 1 << 20)
    private let terms = ServiceTerms(ServiceConfiguration(name: "caller", plugin: .name("x")))
    private let targets = KnownTargets()

    private func instance() -> InstanceContext {
        InstanceContext(
            service: terms.current.configuration, generation: 1, worker: 1, directory: "",
            functions: ProvidedFunctions { _ in MethodStatistics() },
            surroundings: InstanceContext.Surroundings(
                router: router,
                log: ServiceLog(
                    service: "caller",
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
                current: InstanceContext.Current { [terms] in terms.current },
                failed: InstanceContext.Failure { _ in }, died: InstanceContext.Deaths { _ in }))
    }

    private func edit(_ change: (inout ServiceConfiguration) -> Void) {
        var configuration = terms.current.configuration
        change(&configuration)
        terms.replace(by: configuration)
    }

    private func begin(_ target: String, of instance: InstanceContext) {
        let known = unsafe Array(target.utf8).withUnsafeBytes { unsafe targets.target($0) }
        #expect(instance.begin(known, .payload(.null), timeout: 0) == nil)
    }

    @Test func `an edit of may-call is in force for the next call, forth and back`() {
        let (callee, other) = (Callee("callee"), Callee("other"))
        router.add(callee)
        router.add(other)
        let instance = instance()
        for _ in 0..<3 { begin("callee.method", of: instance) }
        #expect(callee.count == 3)
        edit { $0.mayCall = ["other"] }
        for _ in 0..<3 { begin("callee.method", of: instance) }
        begin("other.method", of: instance)
        #expect(callee.count == 3)
        #expect(other.count == 1)
        edit { $0.mayCall = nil }
        begin("callee.method", of: instance)
        #expect(callee.count == 4)
    }

    @Test func `a service that takes another's name gets the next call`() {
        let (first, second) = (Callee("callee"), Callee("callee"))
        let instance = instance()
        begin("callee.method", of: instance)
        router.add(first)
        begin("callee.method", of: instance)
        router.remove("callee")
        begin("callee.method", of: instance)
        router.add(second)
        begin("callee.method", of: instance)
        #expect(first.count == 1)
        #expect(second.count == 1)
    }

    @Test func `targets that share a place lead each to its own service`() {
        let callees = (0..<200).map { Callee("service\($0)") }
        for callee in callees { router.add(callee) }
        let instance = instance()
        for _ in 0..<2 {
            for callee in callees { begin("\(callee.name).method", of: instance) }
        }
        #expect(callees.allSatisfy { $0.count == 2 })
    }

    @Test func `an instance that was cut off calls nobody`() {
        let callee = Callee("callee")
        router.add(callee)
        let instance = instance()
        begin("callee.method", of: instance)
        instance.close()
        begin("callee.method", of: instance)
        #expect(callee.count == 1)
    }

    @Test func `the host is called by who may, and provided functions go the other way`() {
        let host = Callee(HostService.name)
        router.add(host)
        let instance = instance()
        begin("host.services", of: instance)
        begin("function", of: instance)
        #expect(host.count == 0)
        edit { $0.mayCall = [HostService.name] }
        begin("host.services", of: instance)
        #expect(host.count == 1)
    }
}
