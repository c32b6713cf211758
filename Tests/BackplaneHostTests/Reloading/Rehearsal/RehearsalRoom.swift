// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import Logging
import OracleSupport
import Testing

@testable import BackplaneHost

/// What a rehearsal needs of a host, for one test, and a look at what it leaves behind.
final class RehearsalRoom: Sendable {
    let workers: WorkerSource
    let log = ServiceLog(
        service: "candidate", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    private let router = Router(payloadLimit: 1 << 30)
    private let threads = ElasticThreads("bp-test")
    private let folder = TemporaryFolder()

    init(executable: String? = nil) throws {
        workers = WorkerSource(
            executable: try executable ?? WorkerBuild.executable(), adoptsOrphans: false,
            spins: true,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    deinit {
        router.close()
        threads.close()
    }

    /// A plan for a private copy of a plugin, as a supervisor makes it.
    func plan(
        _ plugin: String, generation: Int = 1,
        _ change: (inout ServiceConfiguration) -> Void = { _ in }
    ) throws -> SlotPlan {
        var service = ServiceConfiguration(
            name: "candidate", plugin: .path(plugin), slot: .forked, startTimeout: .seconds(20))
        change(&service)
        let staged = try PluginStage(folder: folder.path("staged"))
            .stage(plugin, service: service.name, generation: generation)
        return SlotPlan(
            service: service, generation: generation, plugin: staged,
            configuration: Payload(try CBOR.encode(service.configuration.payloadValue)),
            functions: ProvidedFunctions { _ in MethodStatistics() },
            surroundings: InstanceContext.Surroundings(
                router: router, log: log,
                failed: InstanceContext.Failure { Issue.record("it failed: \($0)") },
                died: InstanceContext.Deaths { Issue.record("it died: \($0)") }),
            environment: router.environment, threads: threads)
    }

    /// A plan for the probe, whose steps behave as told.
    func probe(
        _ settings: ConfigurationValue = [:],
        _ change: (inout ServiceConfiguration) -> Void = { _ in }
    ) throws -> SlotPlan {
        try plan("\(Products.folder)/libProbe.so") { service in
            service.configuration = settings
            change(&service)
        }
    }

    /// Rehearses, and ends what there is to end.
    func rehearse(_ plan: SlotPlan) async throws(CallError) -> RehearsalReport {
        let (rehearsal, report) = try await RehearsalStage(workers: workers).rehearse(plan)
        await rehearsal.end()
        return report
    }

    /// Why a plan is refused.
    func refusal(_ plan: SlotPlan) async -> CallError? {
        do throws(CallError) {
            _ = try await rehearse(plan)
            return nil
        } catch {
            return error
        }
    }

    /// The processes that the fork server has now, zombies too.
    var processes: [String] {
        get throws {
            let server = try #require(try workers.server().pid)
            let path = "/proc/\(server)/task/\(server)/children"
            let text = String(
                decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
            return text.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    /// How many descriptors this process has open.
    static var descriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }
}
