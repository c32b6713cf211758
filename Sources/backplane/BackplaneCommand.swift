// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost

/// The root of the command line.
struct BackplaneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backplane",
        abstract: "Runs services from plugins, and talks to those that run.",
        version: Host.version,
        subcommands: [
            RunVerb.self, CheckVerb.self, StatusVerb.self, CallVerb.self, NotifyVerb.self,
            ReloadVerb.self, StartVerb.self, StopVerb.self, RestartVerb.self, LogsVerb.self,
            EventsVerb.self, InspectVerb.self, NewVerb.self, BenchVerb.self, DescribeVerb.self,
        ])

    /// Every name of every verb.
    static var verbs: [String] {
        configuration.subcommands.flatMap { verb in
            [verb.configuration.commandName].compactMap(\.self) + verb.configuration.aliases
        } + ["help"]
    }
}
