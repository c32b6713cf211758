// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `backplane restart S…`.
struct RestartVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Stops and starts services.")

    @OptionGroup var options: ChangeOptions

    func run() throws { try options.run("host.restart") }
}
