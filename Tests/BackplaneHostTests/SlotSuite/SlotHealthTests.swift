// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Testing

@testable import BackplaneHost

/// One semantics in every slot: how services say that they are.
@Suite(.timeLimit(.minutes(10)))
struct SlotHealthTests {
    @Test(arguments: SlotKind.allCases)
    func `a service says how it is doing, in its own words`(slot: SlotKind) async throws {
        var services: [ServiceConfiguration] = []
        for name in ["healthy", "degraded", "unhealthy"] {
            var service = SlotBehaviourTests.probe(slot, name: name)
            service.configuration = ["health": .string(name)]
            services.append(service)
        }
        let host = try await TestHost(services)
        // It is asked beside calls that run.
        let busy = try host.start("healthy.spinUntilCancelled")
        let report = try await host.call("host.health")
        let told = report["services"]?.array ?? []
        #expect(told.map { $0["name"] } == ["healthy", "degraded", "unhealthy"])
        #expect(told.map { $0["health"] } == ["healthy", "degraded", "unhealthy"])
        #expect(told[0]["reason"]?.string == nil)
        #expect(told[1]["reason"] == "told to be degraded")
        #expect(told[2]["reason"]?.string?.contains("told to be unhealthy") == true)
        #expect(told[1]["instances"]?[0]?["identifier"] == "degraded/1#1")
        busy.cancel()
        let one = try await host.call("host.health", ["degraded"])
        #expect(one["services"]?.array?.count == 1)
        try await host.stop()
    }

    @Test func `a service that is stopped is not healthy, and one without a check is`() async throws
    {
        let host = try await TestHost([
            SlotBehaviourTests.probe(.async, name: "stopped"),
            ServiceConfiguration(name: "echo", plugin: .name("Echo"), slot: .forked, workers: 2),
        ])
        await host.host.managed("stopped")?.supervisor.stop()
        let told = try await host.call("host.health")["services"]?.array ?? []
        #expect(told.map { $0["health"] } == ["unhealthy", "healthy"])
        #expect(told[0]["reason"]?.string?.contains("stopped") == true)
        #expect(told[1]["instances"]?.array?.count == 2)
        try await host.stop()
    }
}
