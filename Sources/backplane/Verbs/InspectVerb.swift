// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import BackplanePayload
import Glibc

/// `backplane inspect S` or `backplane inspect FILE.so`: everything about one service or plugin.
struct InspectVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows everything about a service, or about a plugin's file.")

    @OptionGroup var host: HostOptions
    @OptionGroup var json: JSONOption

    @Argument(help: "A service of the running host, or a .so.")
    var subject: String

    func run() throws {
        Interruption.endsProgram()
        if subject.contains("/") || subject.hasSuffix(".so") { return try inspectFile() }
        let (inspection, text) = try host.connect().call(
            "host.inspect", ["service": .string(subject)], as: ServiceInspection.self)
        if json.isOn { return Terminal.output.say(text) }
        let screen = InspectionScreen(isColored: Terminal.output.isColored)
        Terminal.output.write(screen.text(inspection))
    }

    private func inspectFile() throws {
        let (report, text) = try PluginFile(path: subject).describe()
        if json.isOn { return Terminal.output.say(text) }
        let screen = InspectionScreen(isColored: Terminal.output.isColored)
        Terminal.output.write(screen.text(report))
    }
}
