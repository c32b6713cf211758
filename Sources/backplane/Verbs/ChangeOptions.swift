// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import BackplanePayload

/// What `start`, `stop` and `restart` take, and how they are done.
struct ChangeOptions: ParsableArguments {
    @OptionGroup var host: HostOptions
    @OptionGroup var json: JSONOption

    @Argument(help: "The services.")
    var services: [String]

    @Flag(name: .customLong("no-wait"), help: "Do not wait until it is done.")
    var isImpatient = false

    /// Has the host do it, and shows what came of it.
    ///
    /// - Throws: `CommandFailure` when a service is not as it should be.
    func run(_ method: String) throws {
        Interruption.endsProgram()
        let arguments: Value = [
            "services": .array(services.map { .string($0) }), "wait": .bool(!isImpatient),
        ]
        let (changes, text) = try host.connect().call(method, arguments, as: ServiceChanges.self)
        if json.isOn {
            Terminal.output.say(text)
        } else {
            for change in changes.services { show(change) }
        }
        if changes.services.contains(where: { $0.error != nil }) { throw CommandFailure.said }
    }

    private func show(_ change: ServiceChanges.Change) {
        if let error = change.error {
            Terminal.error.say("error: \(change.name): \(error)")
        } else {
            Terminal.output.say(
                "\(change.name): \(change.changed ? "" : "already ")\(change.state)")
        }
    }
}
