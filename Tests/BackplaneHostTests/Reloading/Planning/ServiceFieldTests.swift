// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

struct ServiceFieldTests {
    private static let plain = ServiceConfiguration(name: "a", plugin: .name("A"), slot: .forked)

    private struct Row {
        let property: String
        let key: ServiceKey
        let need: ChangeNeed
        let service: ServiceConfiguration

        init(
            _ property: String, _ key: ServiceKey, _ need: ChangeNeed,
            _ change: (inout ServiceConfiguration) -> Void
        ) {
            self.property = property
            self.key = key
            self.need = need
            var service = plain
            change(&service)
            self.service = service
        }
    }

    /// A change of every property of a service, in a forked slot, with its key and what it needs.
    private static let table = [
        Row("plugin", .plugin, .generation) { $0.plugin = .path("/b.so") },
        Row("slot", .slot, .generation) { $0.slot = .inProcess },
        Row("isEnabled", .enabled, .nothing) { $0.isEnabled = false },
        Row("workers", .workers, .workers) { $0.workers = 3 },
        Row("standby", .standby, .workers) { $0.standby = 1 },
        Row("concurrency", .concurrency, .generation) { $0.concurrency = 2 },
        Row("queue", .queue, .generation) { $0.queue = 1 },
        Row("timeout", .timeout, .nothing) { $0.timeout = nil },
        Row("methods", .methods, .nothing) {
            $0.methods = ["m": MethodConfiguration(timeout: nil)]
        },
        Row("retries", .retries, .nothing) { $0.retries.max = 0 },
        Row("restart", .restart, .nothing) { $0.restart.policy = .never },
        Row("startTimeout", .startTimeout, .nothing) { $0.startTimeout = .seconds(1) },
        Row("drainTimeout", .drainTimeout, .nothing) { $0.drainTimeout = .zero },
        Row("killAfter", .killAfter, .nothing) { $0.killAfter = .zero },
        Row("probation", .probation, .nothing) { $0.probation = .zero },
        Row("swap", .swap, .nothing) { $0.swap = .replace },
        Row("rehearse", .rehearse, .nothing) { $0.rehearse = .open },
        Row("maxGenerations", .maxGenerations, .nothing) { $0.maxGenerations = 1 },
        Row("dependsOn", .dependsOn, .nothing) { $0.dependsOn = ["b"] },
        Row("mayCall", .mayCall, .nothing) { $0.mayCall = [] },
        Row("messagesTo", .messagesTo, .nothing) { $0.messagesTo = "b.m" },
        Row("requestsTo", .requestsTo, .nothing) { $0.requestsTo = "b.m" },
        Row("configuration", .config, .generation) { $0.configuration = ["a": 1] },
        Row("environment", .env, .generation) { $0.environment = ["A": "b"] },
        Row("secretVariables", .env, .nothing) { $0.secretVariables = ["A"] },
        Row("limits", .limits, .generation) { $0.limits.openFiles = 99 },
        Row("poolBytes", .pool, .generation) { $0.poolBytes = 1 << 20 },
    ]

    @Test func `every property of a service is classified`() {
        let properties = Mirror(reflecting: Self.plain).children.compactMap(\.label)
        let classified = ServiceField.all.map(\.property)
        #expect(Set(properties) == Set(classified + ["name"]))
        #expect(properties.count == classified.count + 1)
        #expect(Set(Self.table.map(\.property)) == Set(classified), "each has a row here")
    }

    @Test func `every key of a service is classified`() {
        #expect(Set(ServiceField.all.map(\.key)) == Set(ServiceKey.allCases))
    }

    @Test func `every property of a host is classified`() {
        let host = HostConfiguration(folder: "/app")
        let properties = Mirror(reflecting: host).children.compactMap(\.label)
        // What is not in the `host` section: where the file is, and the services.
        let others = ["file", "folder", "services"]
        #expect(
            Set(properties)
                == Set(["stateFolder", "pluginFolders", "reload", "log", "socket"] + others))
    }

    @Test func `a change of one property is seen, and needs what it needs`() {
        for row in Self.table {
            let changes = ServicePlan.Kind.changed([.init(key: row.key, need: row.need)])
            #expect(ServicePlan(from: Self.plain, to: row.service)?.kind == changes)
            #expect(ServicePlan(from: row.service, to: Self.plain)?.kind == changes)
        }
    }

    @Test func `nothing changed is no change`() {
        #expect(ServicePlan(from: Self.plain, to: Self.plain) == nil)
    }

    @Test(
        arguments: [
            (.inProcess, .nothing), (.async, .generation), (.forked, .workers),
        ] as [(SlotKind, ChangeNeed)])
    func `what workers need depends on the slot`(slot: SlotKind, need: ChangeNeed) {
        let old = ServiceConfiguration(name: "a", plugin: .name("A"), slot: slot, workers: 2)
        var new = old
        new.workers = 5
        #expect(ServicePlan(from: old, to: new)?.need == need)
    }

    @Test func `workers that nobody set change with the slot without a word`() {
        let old = ServiceConfiguration(name: "a", plugin: .name("A"), slot: .async)
        let new = ServiceConfiguration(name: "a", plugin: .name("A"), slot: .forked)
        #expect(ServicePlan(from: old, to: new)?.words == "a: slot (new generation)")
        var several = new
        several.workers = 2
        #expect(
            ServicePlan(from: old, to: several)?.words == "a: slot, workers (new generation)")
    }
}
