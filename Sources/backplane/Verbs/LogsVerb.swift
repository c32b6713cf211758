// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import BackplaneJSON
import BackplanePayload
import Logging

/// `backplane logs [S…]`: the last lines of the services' logs, and what comes.
struct LogsVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Shows what services have logged.")

    @OptionGroup var host: HostOptions
    @OptionGroup var json: JSONOption

    @Argument(help: "The services; all unless named.")
    var services: [String] = []

    @Flag(name: [.customShort("f"), .customLong("follow")], help: "Go on with what comes.")
    var follows = false

    @Option(name: [.customShort("n"), .customLong("lines")], help: "How many lines to begin with.")
    var lines = 100

    @Option(help: "The least severe level: trace, debug, info, notice, warning, error, critical.")
    var level: String?

    func validate() throws {
        guard lines >= 0 else { throw ValidationError("-n takes a number that is not negative") }
        guard let level, Logger.Level(rawValue: level) == nil else { return }
        let known = Logger.Level.allCases.map(\.rawValue)
        throw ValidationError(
            "unknown level '\(level)'\(NearestName.hint(for: level, among: known))")
    }

    func run() throws {
        Interruption.endsProgram()
        var arguments: [String: Value] = ["lines": Value(lines), "follow": .bool(follows)]
        if !services.isEmpty { arguments["services"] = .array(services.map { .string($0) }) }
        if let level { arguments["level"] = .string(level) }
        let isColored = Terminal.output.isColored
        _ = try host.connect().call(
            "host.logs", params: try JSON.print(.map(arguments)), meta: #"{"messages":true}"#
        ) { text in
            if json.isOn { return Terminal.output.say(text) }
            let entry = try HostConnection.decode(LogEntry.self, from: text)
            Terminal.output.say(LogText.plain(entry, isColored: isColored))
        }
    }
}
