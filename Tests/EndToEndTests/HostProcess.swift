// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport

/// `backplane run` with a configuration of its own in a folder of its own; killed with this object,
/// and what it has started goes with it.
final class HostProcess {
    /// Where it works, and where its configuration and its state lie.
    let folder: TemporaryFolder
    private let program: Program

    /// Starts a host, and waits until it says how many services are ready.
    ///
    /// - Parameters:
    ///   - services: What stands under `services:`, indented by two.
    ///   - plugins: A folder that is searched before the one of this build.
    init(
        _ services: String, in folder: TemporaryFolder = TemporaryFolder(), plugins: String? = nil
    ) throws {
        self.folder = folder
        let folders = [plugins, Program.products].compactMap(\.self).joined(separator: ", ")
        let text = """
            version: 1
            host: { plugins: [\(folders)], reload: false }
            services:
            \(services)

            """
        _ = try folder.file("services.yaml", Array(text.utf8))
        program = try Program(["run"], in: folder.path)
        let program = program
        try Deadline.wait("a host that is ready", within: .seconds(60)) {
            if program.output.contains("\nready: ") || program.output.hasPrefix("ready: ") {
                return true
            }
            // One that has ended has said why.
            guard kill(program.pid, 0) == 0, !Processes.isZombie(program.pid) else {
                throw Deadline.Passed(description: "no host: \(program.error)")
            }
            return false
        }
    }

    /// Its process.
    var pid: pid_t { program.pid }

    /// What it said while it started.
    var output: String { program.output }

    /// What it logged.
    var log: String { program.error }

    /// Sends it a signal.
    func signal(_ number: Int32) { program.signal(number) }

    /// Waits for its end.
    func end(within limit: Duration = .seconds(30)) throws -> Program.End {
        try program.end(within: limit)
    }

    /// Starts a verb.
    func start(_ arguments: String...) throws -> Program {
        try Program(arguments, in: folder.path)
    }

    /// Runs a verb to its end.
    func run(_ arguments: String..., within limit: Duration = .seconds(60)) throws -> Program.End {
        try Program(arguments, in: folder.path).end(within: limit)
    }

    /// The result of a call, which has to succeed.
    func call(
        _ target: String, _ arguments: String = "[]", within limit: Duration = .seconds(60)
    ) throws -> String {
        // By standard input: arguments of a program are limited in length.
        let program = try Program(["call", target, "-"], in: folder.path, input: arguments)
        let end = try program.end(within: limit)
        guard end.code == 0, end.output.hasSuffix("\n") else {
            throw CallFailed(target: target, end: end)
        }
        return String(end.output.dropLast())
    }

    /// The result of a call as a value.
    func call<Result: Decodable>(
        _ target: String, _ arguments: String = "[]", as type: Result.Type
    ) throws -> Result {
        let text = try call(target, arguments)
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// How the services are, by name.
    func services(within limit: Duration = .seconds(60)) throws -> [String: ServiceReport] {
        let end = try run("ps", "--json", within: limit)
        guard end.code == 0 else { throw CallFailed(target: "ps", end: end) }
        let list = try JSONDecoder().decode(StatusReport.self, from: Data(end.output.utf8))
        return Dictionary(uniqueKeysWithValues: list.services.map { ($0.name, $0) })
    }

    /// A call did not succeed.
    struct CallFailed: Error, CustomStringConvertible {
        let target: String
        let end: Program.End

        var description: String { "\(target): exit code \(end.code), \(end.output)\(end.error)" }
    }
}

/// What `ps --json` shows.
struct StatusReport: Decodable {
    let services: [ServiceReport]
}

/// A service as `ps --json` shows it.
struct ServiceReport: Decodable {
    let name: String
    let state: String
    let slot: String
    let reason: String?
    let workers: Int
    let restarts: Int
    let calls: Int
    let errors: Int
    let in_flight: Int
}
