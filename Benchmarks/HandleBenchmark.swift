// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport
import Glibc

/// A call through a function handle from one plugin into another, beside the closure itself.
///
/// Both run in a child of this process, into which a library is preloaded that counts allocations.
struct HandleBenchmark: Benchmark {
    let section = "handles"

    /// The argument that makes this program the child.
    static let childArgument = "--handles"

    private static let batches = 400

    func run(into report: inout Report) async throws {
        for (name, cost) in try Self.child() {
            let call = "handle between plugins, \(name)"
            report.add("\(call): the closure itself", cost.closure, "ns")
            report.add("\(call): more than that", cost.handle - cost.closure, "ns", atMost: 20)
            report.add(
                "\(call): allocations in 1000 calls", Double(cost.allocations), "", atMost: 0)
            report.add(
                "\(call): copies of the argument", cost.isSameAddress ? 0 : 1, "", atMost: 0)
        }
    }

    private struct Cost: Codable {
        var closure: Double
        var handle: Double
        var allocations: Int
        var isSameAddress: Bool
    }

    // MARK: The child

    /// Measures, and prints what comes of it for the parent.
    static func runAsChild() async throws {
        let bench = try await BenchHost([
            ServiceConfiguration(
                name: "provider", plugin: .name("Probe"), slot: .inProcess,
                configuration: .map(["provides": .string("bench")])),
            ServiceConfiguration(
                name: "caller", plugin: .name("Probe"), slot: .inProcess, timeout: .seconds(60),
                dependsOn: ["provider"]),
        ])
        var costs: [String: Cost] = [:]
        for (name, method, target) in [
            ("[Double]", "measureArray", "bench_address"),
            ("String", "measureText", "bench_text_address"),
        ] {
            let arguments = try CBOR.encode([Value.string(target), .integer(Int64(batches))])
            let outcome = await bench.host.call("caller", method, arguments: Payload(arguments))
            costs[name] = try CBOR.decode(Cost.self, from: try outcome.get().bytes)
        }
        try await bench.stop()
        let bytes = try CBOR.encode(costs)
        let written = unsafe bytes.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw ChildFailed(status: -1) }
    }

    private static func child() throws -> [(String, Cost)] {
        let products = BenchHost.products
        let bytes = try ChildOutput.of(
            products + "/backplane-bench", [childArgument],
            environment: ["LD_PRELOAD": products + "/libAllocationCounter.so"])
        return try CBOR.decode([String: Cost].self, from: bytes).sorted { $0.key < $1.key }
    }
}
