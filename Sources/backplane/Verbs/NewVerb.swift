// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `backplane new …`: begins something.
struct NewVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begins a plugin.", subcommands: [NewPluginVerb.self])
}
