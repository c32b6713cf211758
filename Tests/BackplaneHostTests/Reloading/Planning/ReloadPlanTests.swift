// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import BackplaneHost

struct ReloadPlanTests {
    private func host(_ services: ServiceConfiguration...) -> HostConfiguration {
        HostConfiguration(folder: "/app", services: services)
    }

    private func service(_ name: String, after others: String...) -> ServiceConfiguration {
        ServiceConfiguration(name: name, plugin: .name("A"), dependsOn: others)
    }

    @Test func `the same configuration is an empty plan, in whatever order services stand`() {
        let plan = ReloadPlan(
            from: host(service("a"), service("b")), to: host(service("b"), service("a")))
        #expect(plan.isEmpty)
        #expect(plan.words.isEmpty)
    }

    @Test func `services come after those they depend on, and go before them`() {
        var old = host(
            service("a", after: "b"), service("b"), service("x", after: "y"), service("y"),
            service("same"))
        var new = host(
            service("a", after: "b"), service("b"), service("m", after: "n"), service("n"),
            service("same"))
        for index in new.services.indices where ["a", "b"].contains(new.services[index].name) {
            new.services[index].queue = 7
        }
        let plan = ReloadPlan(from: old, to: new)
        let order = plan.services.map(\.service)
        #expect(order == ["b", "n", "a", "m", "x", "y"])
        #expect(plan["n"]?.kind == .added)
        #expect(plan["x"]?.kind == .removed)
        #expect(plan["same"] == nil)
        old.services = []
        #expect(ReloadPlan(from: old, to: new).services.allSatisfy { $0.kind == .added })
    }

    @Test func `a plan is told in one line for each service`() {
        var changed = service("b")
        changed.timeout = .seconds(1)
        changed.retries.max = 0
        changed.configuration = ["password": .secret(Secret("hunter2"))]
        var new = host(service("c"), changed)
        new.stateFolder = "/elsewhere"
        new.pluginFolders = []
        let words = ReloadPlan(from: host(service("a"), service("b")), to: new).words
        #expect(
            words == [
                "host: state (needs a restart of the host)", "host: plugins (at once)", "c: added",
                "b: timeout, retries (at once); config (new generation)", "a: removed",
            ])
    }

    @Test func `every key of the host is told, and whether it takes effect`() {
        var new = host()
        new.stateFolder = "/s"
        new.pluginFolders = []
        new.reload = false
        new.log.level = .debug
        new.socket.mode = 0o660
        let changes = HostKeyChange.all(from: host(), to: new)
        #expect(changes.map(\.key) == ["state", "plugins", "reload", "log", "socket"])
        #expect(changes.filter(\.isImmediate).map(\.key) == ["plugins", "reload"])
        #expect(HostKeyChange.all(from: new, to: new).isEmpty)
    }

    @Test func `what needs a restart of the host stays as it is`() {
        var new = host(service("a"))
        new.stateFolder = "/s"
        new.pluginFolders = ["/p"]
        new.reload = false
        new.log.level = .debug
        new.socket.mode = 0o660
        let taken = new.applicable(to: host())
        #expect(taken.stateFolder == host().stateFolder)
        #expect(taken.log == host().log)
        #expect(taken.socket == host().socket)
        #expect(taken.pluginFolders == ["/p"])
        #expect(!taken.reload)
        #expect(taken.services == new.services)
    }

    @Test func `a plan shows no value, secret or not`() {
        var old = service("a")
        old.configuration = .secret(Secret("hunter2"))
        old.environment = ["KEY": "hunter2"]
        var new = old
        new.configuration = .secret(Secret("hunter3"))
        new.environment = ["KEY": "hunter3"]
        let plan = ReloadPlan(from: host(old), to: host(new))
        #expect(plan.words == ["a: config, env (new generation)"])
        #expect(!"\(plan)".contains("hunter"))
    }
}
