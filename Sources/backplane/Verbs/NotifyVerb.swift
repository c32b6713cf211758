// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost

/// `backplane notify S.M [ARGS]`: a call whose result nobody waits for.
struct NotifyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Calls a method without waiting for its result; done once the host accepts it.")

    @OptionGroup var host: HostOptions

    @Argument(help: "What to call: service.method.")
    var target: String

    @Argument(help: "As for call.")
    var arguments: String?

    func run() throws {
        Interruption.endsProgram()
        let arguments = try CallArguments(arguments)
        var params = "{\"target\":\(RPCText.quote(target))"
        if let text = arguments.params { params += ",\"arguments\":\(text)" }
        _ = try host.connect().call("host.notify", params: params + "}")
    }
}
