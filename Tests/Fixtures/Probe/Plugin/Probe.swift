// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Synchronization

/// Reaches every way in which a call can go, for the tests of hosts.
///
/// Each step of its life behaves as the configuration says (``Behaviour``).
public final class Probe: Plugin {
    let comm: Comm
    let settings: ProbeSettings
    let counter = Mutex(0)
    /// The line that `late` captured, with its call.
    let captured = Mutex<Comm?>(nil)
    /// Handles that are resolved once.
    let kept = Mutex<[String: Function<Int, Int>]>([:])
    /// Bytes that outlive their calls.
    let held = Mutex<[Bytes]>([])

    /// Makes an instance.
    public init(_ comm: Comm) async throws {
        self.comm = comm
        settings = try comm.configuration()
        try await settings.`init`?.act(in: "init")
        if let name = settings.provides { try Self.provide(name, comm) }
        if let target = settings.callsInInit {
            try await comm.call(target)
        }
    }

    /// Behaves as told.
    public func start() async throws { try await settings.start?.act(in: "start") }

    /// Behaves as told, or works until it is cancelled.
    public func run() async throws {
        try await settings.run?.act(in: "run")
    }

    /// Behaves as told.
    public func stop() async throws { try await settings.stop?.act(in: "stop") }

    /// Behaves as told.
    public func selfTest() async throws { try await settings.selfTest?.act(in: "selfTest") }

    /// Says what it is told to say.
    public func health() -> Health {
        switch settings.health {
        case "degraded": .degraded("told to be degraded")
        case "unhealthy": .unhealthy("told to be unhealthy")
        default: .healthy
        }
    }

    private static func provide(_ name: String, _ comm: Comm) throws {
        try comm.provide("\(name)_sum") { (a: Int, b: Int) in a + b }
        try comm.provide("\(name)_sum_async") { (a: Int, b: Int) async in
            await Task.yield()
            return a + b
        }
        try comm.provide("\(name)_address") { (values: [Double]) in Self.address(of: values) }
        try comm.provide("\(name)_text_address") { (text: String) in Self.address(of: text) }
    }
}
