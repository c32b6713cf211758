// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `backplane reload`: its time has not come.
struct ReloadVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Not available yet.", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []

    func run() throws { throw CommandFailure.notAvailableYet("the verb reload") }
}
