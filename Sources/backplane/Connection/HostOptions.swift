// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost

/// Which host is meant.
struct HostOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "The configuration file.")
    var config = "services.yaml"

    @Option(help: "The control socket of the host; else BACKPLANE_SOCKET, else as configured.")
    var socket: String?

    /// The path of the host's control socket.
    var socketPath: String {
        if let socket { return socket }
        if let path = Environment.value(of: "BACKPLANE_SOCKET"), !path.isEmpty { return path }
        let folder = config.lastIndex(of: "/").map { String(config[...$0]) } ?? ""
        // A host may well be running although its file is being edited and has errors.
        let state = (try? ConfigurationFile.load(path: config))?.stateFolder
        return "\(state ?? "\(folder).backplane")/host.sock"
    }

    /// Connects to the host.
    ///
    /// - Throws: `CommandFailure` with code 69 when there is none.
    func connect() throws -> HostConnection {
        let path = socketPath
        do {
            return HostConnection(client: try ControlClient(path: path))
        } catch {
            throw CommandFailure(
                "error: no host reachable: \(error)\nstart one with: backplane run",
                code: CommandFailure.unreachable)
        }
    }
}
