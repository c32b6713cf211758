// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `backplane start S…`.
struct StartVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Starts services that are stopped.")

    @OptionGroup var options: ChangeOptions

    func run() throws { try options.run("host.start") }
}
