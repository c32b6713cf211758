// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost

/// `backplane ps`: how the services are.
struct StatusVerb: ParsableCommand {
    /// How much is shown.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case wide
    }

    static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "Shows how the services are.", aliases: ["status"])

    @OptionGroup var host: HostOptions
    @OptionGroup var json: JSONOption

    @Option(name: [.customShort("o"), .customLong("output")], help: "wide: more columns.")
    var output: Output?

    func run() throws {
        Interruption.endsProgram()
        let (status, text) = try host.connect().call("host.status", as: HostStatus.self)
        if json.isOn { return Terminal.output.say(text) }
        let table = StatusTable(services: status.services, isWide: output == .wide)
        let terminal = Terminal.output
        terminal.write(table.text(isColored: terminal.isColored, columns: terminal.columns))
    }
}
