// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost

/// `backplane check`: validates a configuration without a host.
struct CheckVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Validates the configuration file.")

    @Option(name: [.short, .long], help: "The configuration file.")
    var config = "services.yaml"

    @Flag(help: .hidden)
    var load = false

    func run() throws {
        if load { throw CommandFailure.notAvailableYet("check --load") }
        let configuration: HostConfiguration
        do throws(ConfigurationErrors) {
            configuration = try ConfigurationFile.load(path: config)
        } catch {
            throw CommandFailure("\(error)")
        }
        let count = configuration.services.count
        Terminal.output.say("\(config): \(count) service\(count == 1 ? "" : "s"), no errors")
    }
}
