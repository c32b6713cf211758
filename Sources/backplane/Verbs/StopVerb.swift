// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `backplane stop S…`.
struct StopVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stops services, letting their calls end.")

    @OptionGroup var options: ChangeOptions

    func run() throws { try options.run("host.stop") }
}
