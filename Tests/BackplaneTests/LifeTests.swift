// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Synchronization
import Testing

struct LifeTests {
    @Test func `a configuration is decoded, and a wrong one told`() async throws {
        let harness = try await PluginHarness(
            Settled.self, configuration: ["name": "x", "size": 3] as [String: Value])
        #expect(try await harness.call("name") == "x")
        let error = await #expect(throws: BackplaneError.self) {
            try await PluginHarness(Settled.self, configuration: ["name": 5])
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("name") == true, "\(error?.message ?? "")")
    }

    @Test func `an init that throws says why`() async throws {
        let error = await #expect(throws: BackplaneError.self) {
            try await PluginHarness(Settled.self, configuration: ["name": "bad"])
        }
        #expect(error?.code == .failed)
        #expect(error?.message == "negative(1)")
    }

    @Test func `run begins after start, and ends before stop does`() async throws {
        let harness = try await PluginHarness(Settled.self, configuration: ["name": "x"])
        try await harness.start()
        try await harness.stop()
        #expect(try await harness.call("steps") == ["start", "run", "run ended", "stop"])
        #expect(harness.failure == nil)
    }

    @Test func `a run that throws is told to the host, and logged`() async throws {
        let harness = try await PluginHarness(Settled.self, configuration: ["name": "failing"])
        try await harness.start()
        while harness.failure == nil { await Task.yield() }
        #expect(harness.failure?.message == "negative(2)")
        #expect(
            harness.logs.contains { $0.level == .error && $0.metadata["error"] == "negative(2)" })
        try await harness.stop()
    }

    @Test func `health is told`() async throws {
        let harness = try await PluginHarness(Settled.self, configuration: ["name": "x"])
        #expect(try await harness.health() == .healthy)
        try await harness.call("become", "slow")
        #expect(try await harness.health() == .degraded("slow"))
        try await harness.call("become", "dead")
        #expect(try await harness.health() == .unhealthy("dead"))
    }

    @Test func `a self-test passes or says what is wrong`() async throws {
        let harness = try await PluginHarness(Settled.self, configuration: ["name": "x"])
        try await harness.selfTest()
        try await harness.call("become", "slow")
        let error = await #expect(throws: BackplaneError.self) { try await harness.selfTest() }
        #expect(error?.message == "negative(3)")
    }

    @Test func `state goes from one instance to the next`() async throws {
        let old = try await PluginHarness(Counter.self)
        try await old.call("add", 5)
        let state = try await old.save()
        let new = try await PluginHarness(Counter.self)
        try await new.restore(state)
        #expect(try await new.call("total") == 5)
    }

    @Test func `an earlier version of the state is read, a later one refused`() async throws {
        let harness = try await PluginHarness(Counter.self)
        try await harness.restore(7, version: 1)
        #expect(try await harness.call("total") == 7)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.restore(["total": 8], version: 3)
        }
        #expect(error?.code == .incompatible)
        #expect(error?.message == "the saved state has version 3, this build reads 1 to 2")
        let nonsense = await #expect(throws: BackplaneError.self) {
            try await harness.restore([0x01])
        }
        #expect(nonsense?.code == .incompatible)
    }

    @Test func `the state is written for an earlier build, which takes it up`() async throws {
        let harness = try await PluginHarness(Counter.self)
        try await harness.call("add", 9)
        #expect(try await harness.save(as: 2) == harness.save())
        let earlier = try await harness.save(as: 1)
        #expect(try await harness.save() != earlier)
        let other = try await PluginHarness(Counter.self)
        try await other.restore(earlier)
        #expect(try await other.call("total") == 9)
    }

    @Test func `a version that the build does not write is refused`() async throws {
        let harness = try await PluginHarness(Counter.self)
        for version in [0, 3, -1, .max] {
            let error = await #expect(throws: BackplaneError.self) {
                try await harness.save(as: version)
            }
            #expect(error?.message == "Counter does not write version \(version) of its state")
        }
    }

    @Test func `versions that are promised, and not written, are told`() async throws {
        let harness = try await PluginHarness(Promising.self)
        let error = await #expect(throws: BackplaneError.self) { try await harness.save(as: 1) }
        #expect(
            error?.message
                == "writesStateVersions of Promising has version 1, which save(as:) is to give")
    }

    @Test func `a plugin without state says so`() async throws {
        let harness = try await PluginHarness(Talker.self)
        let error = await #expect(throws: BackplaneError.self) { try await harness.save() }
        #expect(error?.code == .incompatible)
        #expect(error?.message == "Talker is no StatefulPlugin")
        let other = await #expect(throws: BackplaneError.self) { try await harness.save(as: 1) }
        #expect(other?.message == error?.message)
    }

    @Test func `an instance is freed with its harness`() async throws {
        weak var instance: Settled?
        do {
            let harness = try await PluginHarness(
                Settled.self, configuration: ["name": "watched"])
            instance = Settled.latest.withLock { $0 }
            Settled.latest.withLock { $0 = nil }
            let line = try harness.comm
            let name = try line.function("settled.name", returning: String.self)
            #expect(name.isDirect)
            #expect(try name() == "watched")
            try await harness.start()
            try await harness.stop()
        }
        while instance != nil { await Task.yield() }
    }
}

/// A plugin that says that it writes a version which it does not.
final class Promising: StatefulPlugin {
    static let manifest = Manifest<Promising>("promising", version: "1.0.0") {}
    static let stateVersion = 2
    static let writesStateVersions = 1...2

    init(_ comm: Comm) {}

    func save() -> Int { 1 }

    func restore(_ state: Int) {}
}

/// A plugin with all steps of a life.
final class Settled: Plugin {
    struct Settings: Decodable {
        let name: String
        var size: Int?
    }

    static let manifest = Manifest<Settled>("settled", version: "1.0.0") {
        Method("name", Settled.name)
        Method("steps", Settled.steps)
        Method("become", Settled.become, "condition")
    }

    static let latest = Mutex<Settled?>(nil)

    private let settings: Settings
    private let log = Mutex<[String]>([])
    private let condition = Mutex("")

    init(_ comm: Comm) async throws {
        settings = try comm.configuration()
        if settings.name == "bad" { throw SampleError.negative(1) }
        if settings.name == "watched" { Self.latest.withLock { $0 = self } }
    }

    func start() { note("start") }

    func run() async throws {
        note("run")
        if settings.name == "failing" { throw SampleError.negative(2) }
        try? await Task.sleep(for: .seconds(1000))
        note("run ended")
    }

    func stop() { note("stop") }

    func health() -> Health {
        switch condition.withLock({ $0 }) {
        case "": .healthy
        case "dead": .unhealthy("dead")
        case let reason: .degraded(reason)
        }
    }

    func selfTest() throws {
        if condition.withLock({ $0 }) != "" { throw SampleError.negative(3) }
    }

    func name() -> String { settings.name }

    func steps() -> [String] { log.withLock { $0 } }

    func become(_ condition: String) { self.condition.withLock { $0 = condition } }

    private func note(_ step: String) { log.withLock { $0.append(step) } }
}
