// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// `backplane run` with a configuration of its own in a folder of its own; killed with this object,
/// and what it has started goes with it.
public final class HostProcess {
    /// Where it works, and where its configuration and its state lie.
    public let folder: TemporaryFolder
    private let program: Program
    private let plugins: String?
    private let reload: Bool

    /// Starts a host, and waits until it says how many services are ready.
    ///
    /// - Parameters:
    ///   - services: What stands under `services:`, indented by two.
    ///   - plugins: A folder that is searched before the one of this build.
    ///   - reload: Whether the host watches its files.
    ///   - environment: Variables besides those of this process.
    public init(
        _ services: String, in folder: TemporaryFolder = TemporaryFolder(), plugins: String? = nil,
        reload: Bool = false, environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        self.plugins = plugins
        self.reload = reload
        try Self.write(services, to: folder, plugins: plugins, reload: reload)
        program = try Program(["run"], in: folder.path, environment: environment)
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

    /// Writes other services into the configuration of the running host, as an editor does.
    public func configure(_ services: String) throws {
        try Self.write(services, to: folder, plugins: plugins, reload: reload)
    }

    private static func write(
        _ services: String, to folder: TemporaryFolder, plugins: String?, reload: Bool
    ) throws {
        let folders = [plugins, Program.products].compactMap(\.self).joined(separator: ", ")
        let text = """
            version: 1
            host: { plugins: [\(folders)], reload: \(reload) }
            services:
            \(services)

            """
        try Data(text.utf8).write(
            to: URL(filePath: folder.path("services.yaml")), options: .atomic)
    }

    /// Its process.
    public var pid: pid_t { program.pid }

    /// What it said while it started.
    public var output: String { program.output }

    /// What it logged.
    public var log: String { program.error }

    /// Sends it a signal.
    public func signal(_ number: Int32) { program.signal(number) }

    /// Waits for its end.
    public func end(within limit: Duration = .seconds(30)) throws -> Program.End {
        try program.end(within: limit)
    }

    /// Starts a verb.
    public func start(_ arguments: String...) throws -> Program {
        try Program(arguments, in: folder.path)
    }

    /// Runs a verb to its end.
    public func run(_ arguments: String..., within limit: Duration = .seconds(60)) throws
        -> Program.End
    {
        try Program(arguments, in: folder.path).end(within: limit)
    }

    /// The result of a call, which has to succeed.
    public func call(
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
    public func call<Result: Decodable>(
        _ target: String, _ arguments: String = "[]", as type: Result.Type
    ) throws -> Result {
        let text = try call(target, arguments)
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// How the services are, by name.
    public func services(within limit: Duration = .seconds(60)) throws -> [String: ServiceReport] {
        let end = try run("ps", "--json", within: limit)
        guard end.code == 0 else { throw CallFailed(target: "ps", end: end) }
        let list = try JSONDecoder().decode(StatusReport.self, from: Data(end.output.utf8))
        return Dictionary(uniqueKeysWithValues: list.services.map { ($0.name, $0) })
    }

    /// A call did not succeed.
    public struct CallFailed: Error, CustomStringConvertible {
        let target: String
        let end: Program.End

        /// All of it.
        public var description: String {
            "\(target): exit code \(end.code), \(end.output)\(end.error)"
        }
    }
}

/// What `ps --json` shows.
private struct StatusReport: Decodable {
    let services: [ServiceReport]
}
