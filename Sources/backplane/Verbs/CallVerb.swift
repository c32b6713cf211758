// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost

/// `backplane call S.M [ARGS]`: one call.
struct CallVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Calls a method and prints its result, one line of JSON.")

    @OptionGroup var host: HostOptions

    @Argument(help: "What to call: service.method.")
    var target: String

    @Argument(
        help: """
            JSON: an array is by position, an object by name, any other value is the one argument; \
            - reads standard input.
            """)
    var arguments: String?

    @Option(help: "How long the call may take, e.g. 5s; else as configured.")
    var timeout: CallTimeout?

    @Flag(help: "Print the messages of the call too, each as a line, while it runs.")
    var stream = false

    @Option(help: "Answer requests of the call by calling this method with their data.")
    var answer: String?

    func run() throws {
        Interruption.endsProgram()
        let arguments = try CallArguments(arguments)
        let connection = try host.connect()
        let meta = RPCMeta.text(
            timeout: timeout?.text, takesMessages: stream, takesRequests: answer != nil)
        let identifier = try connection.send(target, params: arguments.params, meta: meta)
        var questions: [RPCIdentifier: RPCIdentifier] = [:]
        while true {
            switch try connection.receive() {
            case .call(let note):
                if let question = note.identifier {
                    let number = try pass(note, over: connection)
                    questions[number] = question
                } else if note.method == "comm/message", stream {
                    let note = try CallNote(note)
                    Terminal.output.say(
                        "{\"message\":\(note.data),\"identifier\":\(note.identifier)}")
                }
            case .answer(let given):
                if given.identifier == identifier {
                    let result = try HostConnection.result(of: given)
                    return Terminal.output.say(stream ? "{\"result\":\(result)}" : result)
                }
                if let question = questions.removeValue(forKey: given.identifier) {
                    try pass(given, on: question, over: connection)
                }
                try HostConnection.refuseConnection(given)
            case .invalid:
                continue
            }
        }
    }

    /// Calls the method that answers a request of the call.
    private func pass(
        _ note: RPCCall, over connection: HostConnection
    ) throws -> RPCIdentifier {
        guard let answer else { throw CommandFailure("error: the host asks what nobody answers") }
        return try connection.send(answer, params: "[\(try CallNote(note).data)]", meta: nil)
    }

    /// Answers a request of the call with what the other call gave.
    private func pass(
        _ answer: RPCAnswer, on question: RPCIdentifier, over connection: HostConnection
    ) throws {
        try connection.send(RPCText.answer(question, answer.result))
    }
}
