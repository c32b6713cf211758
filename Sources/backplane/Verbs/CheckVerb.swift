// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import Glibc

/// `backplane check`: validates a configuration without a host, and rehearses its plugins if told to.
struct CheckVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Validates the configuration file.")

    @Option(name: [.short, .long], help: "The configuration file.")
    var config = "services.yaml"

    @Flag(
        help: """
            Also open each plugin, make an instance of it and have that test itself, in a process \
            that may die.
            """)
    var load = false

    @Option(help: "The program backplane-worker; else BACKPLANE_WORKER, else beside this one.")
    var worker: String?

    func run() throws {
        let configuration: HostConfiguration
        do throws(ConfigurationErrors) {
            configuration = try ConfigurationFile.load(path: config)
        } catch {
            throw CommandFailure("\(error)")
        }
        let count = configuration.services.count
        let valid = "\(config): \(count) service\(count == 1 ? "" : "s"), no errors"
        guard load else { return Terminal.output.say(valid) }
        let worker = WorkerProgram.path(given: worker)
        // Where the plugins of a host find what they name by relative paths.
        guard unsafe chdir(configuration.folder) == 0 else {
            throw CommandFailure("error: cannot work in \(configuration.folder)")
        }
        let results = Blocking.result {
            await PluginRehearsal.check(configuration, workerExecutable: worker)
        }
        let report = RehearsalSummary(results)
        for line in report.warnings { Terminal.error.say(line) }
        guard report.errors.isEmpty else {
            let lines = report.errors + ["\(report.errors.count) of \(count) refused"]
            throw CommandFailure(lines.joined(separator: "\n"))
        }
        Terminal.output.say("\(valid); every plugin rehearsed")
    }
}
