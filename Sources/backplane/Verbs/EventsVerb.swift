// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `backplane events`: its time has not come.
struct EventsVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Not available yet.", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []

    func run() throws { throw CommandFailure.notAvailableYet("the verb events") }
}
