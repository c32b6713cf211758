// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplanePayload
internal import BackplaneTransport
internal import Glibc
internal import Logging

/// What rehearsals without a host need: a fork server, and a folder for copies that goes with them.
struct RehearsalChecks: Sendable {
    private let configuration: HostConfiguration
    private let folder: String
    private let stage: PluginStage
    private let workers: WorkerSource
    private let router = Router(payloadLimit: 1 << 30)
    private let threads = ElasticThreads("bp-check")
    private let logger: Logger

    init(
        _ configuration: HostConfiguration, _ workerExecutable: String?, _ logger: Logger
    ) throws(CallError) {
        self.configuration = configuration
        self.logger = logger
        folder = try Self.makeFolder()
        stage = PluginStage(folder: folder)
        workers = WorkerSource(
            executable: workerExecutable, adoptsOrphans: false, spins: false, logger: logger)
    }

    private static func makeFolder() throws(CallError) -> String {
        // SAFETY: copied at once.
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var name = Array("\(base)/backplane-check-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&name) != nil else {
            throw CallError(
                .unavailable,
                "no folder for copies can be made in \(base) (TMPDIR): "
                    + (unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "unknown"))
        }
        return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Rehearses the plugin of one service.
    func result(
        of service: ServiceConfiguration
    ) async -> Result<RehearsalReport, CallError> {
        do throws(CallError) {
            return .success(try await rehearse(service))
        } catch {
            return .failure(error)
        }
    }

    private func rehearse(
        _ service: ServiceConfiguration
    ) async throws(CallError) -> RehearsalReport {
        let paths = service.plugin.candidates(in: configuration.pluginFolders)
        guard let path = paths.first(where: { FilePresence.exists($0) }) else {
            throw CallError(
                .unavailable,
                "there is no plugin '\(service.plugin)': looked at \(paths.joined(separator: ", "))"
            )
        }
        let staged = await threads.perform { [stage] () -> Result<StagedPlugin, ImageError> in
            do throws(ImageError) {
                return .success(try stage.stage(path, service: service.name, generation: 1))
            } catch {
                return .failure(error)
            }
        }
        let plugin: StagedPlugin
        switch staged {
        case .success(let copy): plugin = copy
        case .failure(let error): throw CallError(error)
        }
        let (rehearsal, report) = try await RehearsalStage(workers: workers)
            .rehearse(plan(service, plugin))
        await rehearsal.end()
        return report
    }

    private func plan(
        _ service: ServiceConfiguration, _ plugin: StagedPlugin
    ) throws(CallError) -> SlotPlan {
        let bytes: [UInt8]
        do {
            bytes = try CBOR.encode(service.configuration.payloadValue)
        } catch {
            throw CallError(.internal, "its config can't be encoded: \(error.message)")
        }
        let log = ServiceLog(service: service.name, logger: logger)
        return SlotPlan(
            service: service, generation: 1, plugin: plugin, configuration: Payload(bytes),
            functions: ProvidedFunctions { _ in MethodStatistics() },
            surroundings: InstanceContext.Surroundings(
                router: router, log: log, failed: InstanceContext.Failure { _ in },
                died: InstanceContext.Deaths { _ in }),
            environment: router.environment, threads: threads)
    }

    /// Takes everything down.
    func end() async {
        await workers.close()
        router.close()
        await threads.perform { [folder, logger] in
            do throws(ImageError) {
                try FolderRemoval.remove(folder)
            } catch {
                logger.warning("copies stay", metadata: [LogKey.error: "\(error.message)"])
            }
        }
        threads.close()
    }
}
