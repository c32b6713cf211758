// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import BackplaneJSON
import BackplanePayload

/// `backplane bench S.M [ARGS]`: calls a method for a while and says how long that took.
struct BenchVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Calls a method of the running host for a while: rate, p50, p99, max.")

    @OptionGroup var host: HostOptions
    @OptionGroup var json: JSONOption

    @Argument(help: "What to call: service.method.")
    var target: String

    @Argument(help: "As for call.")
    var arguments: String?

    @Option(help: "For how long, e.g. 5s.")
    var duration = CallTimeout(text: "3s", duration: .seconds(3))

    @Option(help: "How many calls are under way at once.")
    var concurrency = 1

    func validate() throws {
        guard (1...1000).contains(concurrency) else {
            throw ValidationError("--concurrency takes a number from 1 to 1000")
        }
    }

    func run() throws {
        Interruption.endsProgram()
        let arguments = try CallArguments(arguments)
        let connection = try host.connect()
        // The first call may pay for a start; it also shows errors before anything is measured.
        _ = try connection.call(target, params: arguments.params)
        let result = try measure(connection, arguments.params)
        if json.isOn { return Terminal.output.say(try JSON.text(from: try CBOR.encode(result))) }
        Terminal.output.write(result.text)
        if result.errors > 0 { throw CommandFailure.said }
    }

    private func measure(_ connection: HostConnection, _ params: String?) throws -> BenchResult {
        let clock = ContinuousClock()
        let begin = clock.now
        let end = begin + duration.duration
        var started: [RPCIdentifier: ContinuousClock.Instant] = [:]
        var latencies: [Duration] = []
        var errors = 0
        for _ in 0..<concurrency {
            started[try connection.send(target, params: params, meta: nil)] = clock.now
        }
        while !started.isEmpty {
            guard case .answer(let answer) = try connection.receive() else { continue }
            try HostConnection.refuseConnection(answer)
            guard let start = started.removeValue(forKey: answer.identifier) else { continue }
            let now = clock.now
            latencies.append(now - start)
            if case .failure = answer.result { errors += 1 }
            if now < end {
                started[try connection.send(target, params: params, meta: nil)] = clock.now
            }
        }
        return BenchResult(
            latencies: latencies, errors: errors, elapsed: clock.now - begin,
            concurrency: concurrency)
    }
}
