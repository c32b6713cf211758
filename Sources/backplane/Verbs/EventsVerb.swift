// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import BackplaneJSON
import BackplanePayload

/// `backplane events [S…]`: what happened to the services, and what comes.
struct EventsVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Shows generations, deaths, reloads and refusals, with reasons.")

    @OptionGroup var host: HostOptions
    @OptionGroup var json: JSONOption

    @Argument(help: "The services, or host; all unless named.")
    var services: [String] = []

    @Flag(name: [.customShort("f"), .customLong("follow")], help: "Go on with what comes.")
    var follows = false

    @Option(
        name: [.customShort("n"), .customLong("count")], help: "How many events to begin with.")
    var count = HostMethods.defaultEventCount

    func validate() throws {
        guard count >= 0 else { throw ValidationError("-n takes a number that is not negative") }
    }

    func run() throws {
        Interruption.endsProgram()
        var arguments: [String: Value] = ["count": Value(count), "follow": .bool(follows)]
        if !services.isEmpty { arguments["services"] = .array(services.map { .string($0) }) }
        let isColored = Terminal.output.isColored
        _ = try host.connect().call(
            "host.events", params: try JSON.print(.map(arguments)), meta: #"{"messages":true}"#
        ) { text in
            if json.isOn { return Terminal.output.say(text) }
            let entry = try HostConnection.decode(HostEventEntry.self, from: text)
            Terminal.output.say(EventText.plain(entry, isColored: isColored))
        }
    }
}
