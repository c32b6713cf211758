// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import BackplanePayload

/// `backplane reload [S…]`: has the host look again at its configuration file and its plugins.
struct ReloadVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Looks again at the configuration file and the plugins.",
        discussion: """
            Waits until every service has followed. Exits 1 if anything stayed on the old generation, \
            and says why.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var json: JSONOption

    @Argument(help: "The services; all unless named.")
    var services: [String] = []

    @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
    var isDry = false

    @Flag(help: "Load plugins again that are the same.")
    var force = false

    func run() throws {
        Interruption.endsProgram()
        var arguments: [String: Value] = ["dry_run": .bool(isDry), "force": .bool(force)]
        if !services.isEmpty { arguments["services"] = .array(services.map { .string($0) }) }
        let (report, text) = try host.connect().call(
            "host.reload", .map(arguments), as: ReloadReport.self)
        if json.isOn {
            Terminal.output.say(text)
        } else {
            let lines = ReloadLines(report)
            for line in lines.output { Terminal.output.say(line) }
            for line in lines.errors { Terminal.error.say(line) }
        }
        if !report.ok { throw CommandFailure.said }
    }
}
