// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `backplane start S…`.
struct StartVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Starts services that are stopped.")

    @OptionGroup var options: ChangeOptions

    func run() throws { try options.run("host.start") }
}

/// `backplane stop S…`.
struct StopVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stops services, letting their calls end.")

    @OptionGroup var options: ChangeOptions

    func run() throws { try options.run("host.stop") }
}

/// `backplane restart S…`.
struct RestartVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Stops and starts services.")

    @OptionGroup var options: ChangeOptions

    func run() throws { try options.run("host.restart") }
}
