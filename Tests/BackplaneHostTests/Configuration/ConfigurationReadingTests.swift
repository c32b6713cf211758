// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Logging
import Testing

@testable import BackplaneHost

struct ConfigurationReadingTests {
    @Test func `a file that says nothing gets the documented defaults`() throws {
        let host = try ConfigurationText("version: 1\nservices: { a: { plugin: A } }").host()
        #expect(host.file == "/app/services.yaml")
        #expect(host.folder == "/app")
        #expect(host.stateFolder == "/app/.backplane")
        #expect(host.pluginFolders == ["/app/plugins", "/app/.build/release"])
        #expect(host.reload)
        #expect(host.log == LogConfiguration(level: .info, format: .auto))
        #expect(host.socket == SocketConfiguration(mode: 0o600, group: nil))
        let service = try #require(host.services.first)
        #expect(service.name == "a")
        #expect(service.plugin == .name("A"))
        #expect(service.slot == .async)
        #expect(service.isEnabled)
        #expect(service.workers == 4)
        #expect(service.concurrency == nil)
        #expect(service.queue == 1024)
        #expect(service.timeout == .seconds(30))
        #expect(service.methods.isEmpty)
        #expect(service.retries.max == 3)
        #expect(service.retries.delay == .milliseconds(100))
        #expect(service.retries.backoff == 2)
        #expect(service.restart.policy == .onFailure)
        #expect(service.restart.delay == .milliseconds(100))
        #expect(service.restart.maximumDelay == .seconds(10))
        #expect(service.restart.healthyAfter == .seconds(10))
        #expect(service.restart.limit == nil)
        #expect(service.startTimeout == .seconds(90))
        #expect(service.drainTimeout == .seconds(10))
        #expect(service.killAfter == .seconds(1))
        #expect(service.probation == .seconds(5))
        #expect(service.swap == .overlap)
        #expect(service.rehearse == .create)
        #expect(service.maxGenerations == 100)
        #expect(service.dependsOn == [])
        #expect(service.mayCall == nil)
        #expect(service.messagesTo == nil)
        #expect(service.requestsTo == nil)
        #expect(service.configuration == .null)
        #expect(service.environment == [:])
        #expect(service.standby == 0)
        #expect(service.limits == WorkerLimits())
    }

    @Test func `what code leaves out is what a file leaves out`() throws {
        let host = try ConfigurationText("version: 1\nservices: { a: { plugin: A } }").host()
        let service = ServiceConfiguration(name: "a", plugin: .name("A"))
        #expect(host == HostConfiguration(folder: "/app", services: [service]))
    }

    @Test func `every key of the host arrives`() throws {
        let host = try ConfigurationText(
            """
            version: 1
            host:
              state: run/../state/
              plugins: [/opt/plugins, ./mine]
              reload: false
              log: { level: debug, format: json }
              socket: { mode: "0660", group: ops }
            services: {}
            """
        ).host()
        #expect(host.stateFolder == "/app/run/../state")
        #expect(host.pluginFolders == ["/opt/plugins", "/app/mine"])
        #expect(!host.reload)
        #expect(host.log == LogConfiguration(level: .debug, format: .json))
        #expect(host.socket == SocketConfiguration(mode: 0o660, group: "ops"))
        #expect(host.services.isEmpty)
    }

    @Test func `every key of a service arrives`() throws {
        let host = try ConfigurationText(
            """
            version: 1
            services:
              all:
                plugin: plugins/libAll.so
                slot: forked
                enabled: false
                workers: 3
                standby: 2
                concurrency: 5
                queue: 0
                timeout: none
                methods: { train: { timeout: 1h, retries: { max: 0 } }, tune: {} }
                retries: { max: 1, delay: 0s, backoff: 1.5 }
                restart: { policy: always, delay: 1s, max-delay: 2s, healthy-after: 3s, limit: 4, within: 5s }
                start-timeout: 6s
                drain-timeout: 0s
                kill-after: 0s
                probation: 7s
                swap: replace
                rehearse: open
                max-generations: 8
                depends-on: [other, other]
                may-call: [other, host]
                messages-to: other.append
                requests-to: other.answer.fully
                config: { a: [1, two] }
                env: { A: b, B: 1, C: 1.0, D: no, E: "", F: ~x }
                limits: { memory: 1.5MiB, cpu: 1500ms, open-files: 99 }
              other: { plugin: Other, may-call: [] }
            """
        ).host()
        let retries = RetryConfiguration(max: 1, delay: .zero, backoff: 1.5)
        let all = ServiceConfiguration(
            name: "all", plugin: .path("/app/plugins/libAll.so"), slot: .forked, isEnabled: false,
            workers: 3, standby: 2, concurrency: 5, queue: 0, timeout: nil,
            methods: [
                "train": MethodConfiguration(
                    timeout: .seconds(3600),
                    retries: RetryConfiguration(max: 0, delay: .zero, backoff: 1.5)),
                "tune": MethodConfiguration(timeout: nil, retries: retries),
            ],
            retries: retries,
            restart: RestartConfiguration(
                policy: .always, delay: .seconds(1), maximumDelay: .seconds(2),
                healthyAfter: .seconds(3),
                limit: RestartConfiguration.Limit(count: 4, within: .seconds(5))),
            startTimeout: .seconds(6), drainTimeout: .zero, killAfter: .zero,
            probation: .seconds(7), swap: .replace, rehearse: .open, maxGenerations: 8,
            dependsOn: ["other"], mayCall: ["other", "host"], messagesTo: "other.append",
            requestsTo: "other.answer.fully", configuration: ["a": [1, "two"]],
            environment: ["A": "b", "B": "1", "C": "1.0", "D": "no", "E": "", "F": "~x"],
            limits: WorkerLimits(memoryBytes: 3 << 19, cpuSeconds: 2, openFiles: 99))
        let other = ServiceConfiguration(name: "other", plugin: .name("Other"), mayCall: [])
        #expect(host.services == [all, other])
        #expect(all.settings(of: "train").timeout == .seconds(3600))
        #expect(all.settings(of: "else").timeout == nil)
    }

    @Test(
        arguments: [
            ("in-process", .inProcess), ("in_process", .inProcess), ("async", .async),
            ("async_io", .async), ("forked", .forked), ("multiprocess", .forked),
        ] as [(String, SlotKind)])
    func `a slot has its name and the one of old`(name: String, slot: SlotKind) throws {
        #expect(try ConfigurationText.service("slot: \(name)").service().slot == slot)
        #expect(SlotKind(name: slot.description) == slot)
    }

    @Test(arguments: [("in-process", 1), ("async", 4), ("forked", 1)])
    func `a slot has its number of workers`(slot: String, workers: Int) throws {
        #expect(try ConfigurationText.service("slot: \(slot)").service().workers == workers)
    }

    @Test func `workers mean nothing in-process`() throws {
        let service = try ConfigurationText.service("slot: in-process", "workers: 7").service()
        #expect(service.workers == 1)
    }

    @Test(
        arguments: [
            ("Echo", .name("Echo")), ("\"1\"", .name("1")),
            ("libEcho.so", .path("/app/libEcho.so")),
            ("/opt/a.so", .path("/opt/a.so")), ("./a", .path("/app/a")),
            ("../a.so", .path("/app/../a.so")),
        ] as [(String, PluginReference)])
    func `a plugin is a name or a path`(text: String, plugin: PluginReference) throws {
        let host = try ConfigurationText("version: 1\nservices: { a: { plugin: \(text) } }").host()
        #expect(host.services.first?.plugin == plugin)
    }

    @Test func `a name is looked up in every folder, a path is not`() {
        let folders = ["/a", "/b"]
        #expect(PluginReference.name("E").candidates(in: folders) == ["/a/libE.so", "/b/libE.so"])
        #expect(PluginReference.path("/c.so").candidates(in: folders) == ["/c.so"])
    }

    @Test func `defaults reach every service that says nothing itself`() throws {
        let host = try ConfigurationText(
            """
            version: 1
            defaults:
              slot: forked
              workers: 2
              timeout: none
              retries: { max: 9, delay: 1s }
              restart: { limit: 3 }
              methods: { m: { timeout: 1s }, n: { timeout: 2s } }
              depends-on: [one]
              kill-after: 2s
              probation: 0s
              swap: replace
              rehearse: open
              max-generations: 3
              may-call: []
              env: { A: a, B: b }
              standby: 1
              limits: { memory: 1GiB, open-files: 64 }
            services:
              one: { plugin: One }
              two:
                plugin: Two
                workers: 1
                timeout: 5s
                probation: 1s
                swap: overlap
                rehearse: create
                max-generations: 4
                retries: { max: 1 }
                restart: { within: 9s }
                methods: { m: { retries: { max: 0 } } }
                depends-on: []
                env: { B: c }
                standby: 0
                limits: { memory: 2GiB }
              three: { plugin: Three, slot: async }
            """
        ).host()
        let one = try #require(host.service(named: "one"))
        #expect(one.slot == .forked)
        #expect(one.workers == 2)
        #expect(one.timeout == nil)
        #expect(one.killAfter == .seconds(2))
        #expect(one.probation == .zero)
        #expect(one.swap == .replace)
        #expect(one.rehearse == .open)
        #expect(one.maxGenerations == 3)
        #expect(one.dependsOn == [])
        #expect(one.mayCall == [])
        #expect(one.environment == ["A": "a", "B": "b"])
        #expect(one.standby == 1)
        #expect(one.limits == WorkerLimits(memoryBytes: 1 << 30, openFiles: 64))
        let two = try #require(host.service(named: "two"))
        #expect(two.workers == 1)
        #expect(two.timeout == .seconds(5))
        #expect(two.killAfter == .seconds(2))
        #expect(two.probation == .seconds(1))
        #expect(two.swap == .overlap)
        #expect(two.rehearse == .create)
        #expect(two.maxGenerations == 4)
        #expect(two.retries == RetryConfiguration(max: 1, delay: .seconds(1)))
        #expect(two.restart.limit == RestartConfiguration.Limit(count: 3, within: .seconds(9)))
        #expect(two.settings(of: "m").timeout == .seconds(1))
        #expect(two.settings(of: "m").retries == RetryConfiguration(max: 0, delay: .seconds(1)))
        #expect(two.settings(of: "n").timeout == .seconds(2))
        #expect(two.environment == ["A": "a", "B": "c"])
        #expect(two.standby == 0)
        #expect(two.limits == WorkerLimits(memoryBytes: 2 << 30, openFiles: 64))
        let three = try #require(host.service(named: "three"))
        #expect(three.environment == [:])
        #expect(three.standby == 0)
        #expect(three.limits == WorkerLimits())
        #expect(three.dependsOn == ["one"])
    }

    @Test func `a limit of restarts counts within a minute unless told otherwise`() throws {
        let service = try ConfigurationText.service("restart: { limit: 5 }").service()
        #expect(service.restart.limit == RestartConfiguration.Limit(count: 5, within: .seconds(60)))
    }

    @Test func `services stay in the order of the file`() throws {
        let names = ["zeta", "alpha", "m_1", "beta-2"]
        let lines = names.map { "  \($0): { plugin: A }\n" }.joined()
        let host = try ConfigurationText("version: 1\nservices:\n" + lines).host()
        #expect(host.services.map(\.name) == names)
    }

    @Test func `extensions are allowed at every level and mean nothing`() throws {
        let host = try ConfigurationText(
            """
            x-top: { any: [thing] }
            version: 1
            host: { x-a: 1, log: { x-b: 1 }, socket: { x-c: 1 } }
            defaults: { x-d: 1, retries: { x-e: 1 } }
            services:
              x-template: { nonsense: 1 }
              a:
                plugin: A
                x-f: 1
                methods: { x-g: 1, m: { x-h: 1 } }
                restart: { x-i: 1 }
                config: { x-j: 1 }
            """
        ).host()
        #expect(host.services.map(\.name) == ["a"])
        #expect(host.services.first?.configuration == ["x-j": 1])
        #expect(host.services.first?.methods.keys.sorted() == ["m"])
    }

    @Test func `sections whose lines are commented out are empty`() throws {
        let host = try ConfigurationText("version: 1\nhost:\ndefaults:\nservices:\n").host()
        #expect(host == HostConfiguration(folder: "/app"))
    }

    @Test func `variables are put in before types are resolved`() throws {
        var text = ConfigurationText.service(
            "workers: ${N}", "timeout: ${T:-5}s", "config:", "  - \"${N}\"", "  - ${N}",
            "  - a${N}",
            "  - ${E}", "  - $$N", "  - '$$'")
        text.environment = ["N": "3", "E": ""]
        let service = try text.service()
        #expect(service.workers == 3)
        #expect(service.timeout == .seconds(5))
        #expect(service.configuration == ["3", 3, "a3", nil, "$N", "$"])
    }

    @Test func `the content of a file is a secret text, whatever it looks like`() throws {
        var text = ConfigurationText.service(
            "slot: forked", "env: { TOKEN: \"${file:token}\", OPEN: a }",
            "config: { password: \"${file:/abs}\", url: \"u:${file:token}@h\", plain: p }")
        text.files = ["/app/token": "hunter2", "/abs": "12345"]
        let service = try text.service()
        #expect(
            service.configuration == [
                "password": .secret(Secret("12345")),
                "url": .secret(Secret("u:hunter2@h", masked: "u:***@h")), "plain": "p",
            ])
        #expect(
            service.configuration.masked == ["password": "***", "url": "u:***@h", "plain": "p"])
        #expect(service.environment == ["TOKEN": "hunter2", "OPEN": "a"])
        #expect(service.maskedEnvironment == ["TOKEN": "***", "OPEN": "a"])
    }

    @Test func `a plain scalar with a secret stays a text too`() throws {
        let text = ConfigurationText(
            "version: 1\nservices:\n  a:\n    plugin: A\n    config: ${file:pin}\n",
            files: ["/app/pin": "0042"])
        #expect(try text.service().configuration == .secret(Secret("0042")))
    }

    @Test func `a secret shows in no printed form`() {
        let secret = Secret("hunter2", masked: "u:***")
        let value: ConfigurationValue = ["a": [.secret(secret)]]
        var service = ServiceConfiguration(name: "a", plugin: .name("A"), configuration: value)
        service.environment = ["A": "b"]
        var dumped = ""
        dump(service, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(value)", "\(service)", dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect("\(secret)" == "u:***")
        #expect(secret.text == "hunter2")
    }

    @Test func `configurations are compared by what they say`() throws {
        let first = try ConfigurationText.service("config: { a: 1, b: 2 }", "queue: 5").service()
        let second = try ConfigurationText.service("queue: 5", "config: {b: 2, a: 1}").service()
        let third = try ConfigurationText.service("queue: 5", "config: {b: 2, a: 1.0}").service()
        #expect(first == second)
        #expect(first != third)
    }
}
