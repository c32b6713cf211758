// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import Glibc
import Logging
import ServiceLifecycle

/// `backplane run`: a host in the foreground.
struct RunVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the services of a configuration file.",
        discussion: """
            SIGINT and SIGTERM let running calls end and exit 0; a second one stops at once. SIGHUP \
            looks again at the configuration file and the plugins.
            """)

    @Option(name: [.short, .long], help: "The configuration file.")
    var config = "services.yaml"

    @Option(help: "The program backplane-worker; else BACKPLANE_WORKER, else beside this one.")
    var worker: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Watch the configuration file and the plugins, or not, whatever the file says.")
    var reload: Bool?

    func run() throws {
        let configuration = try load()
        guard unsafe chdir(configuration.folder) == 0 else {
            throw CommandFailure("error: cannot work in \(configuration.folder)")
        }
        let signals = try SignalLoop()
        HostProcessRights.apply()
        let output = logOutput(configuration.log)
        let level = configuration.log.level
        LoggingSystem.bootstrap { _ in HostLogHandler(output: output, level: level) }
        let report = RunReport(log: output)
        var options = Host.Options()
        options.workerExecutable = WorkerProgram.path(given: worker)
        options.adoptsOrphans = true
        options.watchesFiles = reload
        options.hasReadFile = true
        let logger = Logger(label: "backplane")
        let host = Host(
            configuration, options: options, observers: report.observers, logger: logger)
        HostProgram(host: host, log: output, logger: logger).run(until: signals)
    }

    private func load() throws -> HostConfiguration {
        do throws(ConfigurationErrors) {
            return try ConfigurationFile.load(path: config)
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private func logOutput(_ log: LogConfiguration) -> LogOutput {
        let terminal = Terminal.error
        let isJSON =
            switch log.format {
            case .auto: !terminal.isTerminal
            case .json: true
            case .text: false
            }
        return LogOutput(
            descriptor: terminal.descriptor, isJSON: isJSON,
            isColored: !isJSON && terminal.isColored, keepsBack: true)
    }
}
