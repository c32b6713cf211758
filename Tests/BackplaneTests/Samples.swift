// SPDX-License-Identifier: Apache-2.0

import Backplane
import Synchronization

/// A class with methods of all kinds.
final class Sampler: Plugin {
    static let manifest = Manifest<Sampler>("sampler", version: "1.2.3", summary: "A sample.") {
        Method("join", Sampler.join, "left", "right", idempotent: true, summary: "Joins texts.")
        Method("repeat", Sampler.repeated, "text", "times")
        Method("nothing", Sampler.nothing)
        Method("later", Sampler.later, "text")
        Method("laterNothing", Sampler.laterNothing)
        Method("fail", Sampler.fail, "code")
        Method("sum", Sampler.sum, "values")
        Method("record", Sampler.record, "entry")
        Method("closure", "number") { (_: Sampler, number: Int) in number + 1 }
        Method("pair", "a", "b") { (sampler: Sampler, a: String, b: Int) async throws in
            await Task.yield()
            return try sampler.repeated(a, b)
        }
        Method("mainActor", Sampler.mainActor)
        Method("where", Sampler.whereAmI)
    }

    let comm: Comm

    init(_ comm: Comm) { self.comm = comm }

    func join(_ left: String, _ right: String) -> String { left + right }

    func repeated(_ text: String, _ times: Int?) throws -> String {
        guard let times else { return text }
        guard times >= 0 else { throw SampleError.negative(times) }
        return String(repeating: text, count: times)
    }

    func nothing() {}

    func later(_ text: String) async -> String {
        await Task.yield()
        return text
    }

    func laterNothing() async { await Task.yield() }

    func fail(_ code: Int) throws { throw SampleError.negative(code) }

    func sum(_ values: [Double]) -> Double { values.reduce(0, +) }

    func record(_ entry: Entry) -> Entry { Entry(name: entry.name + "!", size: entry.size + 1) }

    @MainActor
    func mainActor() async -> Bool {
        MainActor.assertIsolated()
        return true
    }

    func whereAmI() -> [String] {
        [comm.service, comm.identifier, comm.directory, "\(comm.slot)", "\(comm.generation)"]
    }
}

/// A structure of a plugin's own.
struct Entry: Codable, Hashable, Sendable {
    var name: String
    var size: Int
}

/// An error of a plugin's own, with details.
enum SampleError: Error, Codable, Equatable {
    case negative(Int)
}

/// A plugin that is an actor, with state.
actor Counter: StatefulPlugin {
    static let manifest = Manifest<Counter>("counter", version: "1.0.0") {
        Method("add", "amount") { counter, amount in try await counter.add(amount) }
        Method("total") { counter in await counter.total }
    }

    static let stateVersion = 2
    static let readsStateVersions = 1...2
    static let writesStateVersions = 1...2

    var total = 0

    init(_ comm: Comm) {}

    func add(_ amount: Int) throws -> Int {
        total += amount
        return total
    }

    func save() -> [String: Int] { ["total": total] }

    func save(as version: Int) -> any Encodable & Sendable { total }

    func restore(_ state: [String: Int]) { total = state["total"] ?? 0 }

    func restore(from saved: SavedState) throws {
        if saved.version == 1 {
            total = try saved.decode(as: Int.self)
        } else {
            restore(try saved.decode(as: [String: Int].self))
        }
    }
}
