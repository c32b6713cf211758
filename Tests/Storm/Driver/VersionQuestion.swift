// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneJSON
import BackplanePayload

/// Asks a service again and again which version it is.
///
/// For one thread.
public final class VersionQuestion {
    private let client: ControlClient
    private let target: String

    /// Connects to the host whose control socket is at `path`.
    public init(socket path: String, service: String) throws {
        client = try ControlClient(path: path)
        target = "\(service).answer"
    }

    /// The version that answers; nil when the call fails.
    public func ask() throws -> Int? {
        let identifier = try client.send(target, params: "[0]")
        while true {
            guard case .answer(let answer) = try client.receive(), answer.identifier == identifier
            else { continue }
            guard case .success(let text) = answer.result else { return nil }
            return try JSON.parse(text)["version"]?.int
        }
    }
}
