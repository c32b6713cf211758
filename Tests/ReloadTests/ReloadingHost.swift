// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import ReloadStorm

/// A host that watches a folder of plugins, and what it says of them.
final class ReloadingHost {
    static let slots = ["in-process", "async", "forked"]

    let process: HostProcess
    let follower: EventFollower
    let folder: TemporaryFolder

    /// Puts plugins into a folder and starts a host that watches it.
    ///
    /// - Parameter plugins: By the names that `services` has for them.
    init(
        _ services: String, plugins: [String: PatchedPlugin],
        in folder: TemporaryFolder = TemporaryFolder()
    ) throws {
        self.folder = folder
        for (name, plugin) in plugins { try plugin.install(at: folder.path("lib\(name).so")) }
        process = try HostProcess(services, in: folder, plugins: folder.path, reload: true)
        follower = try EventFollower(socket: folder.path(".backplane/host.sock"))
    }

    /// The path of a plugin.
    func path(_ plugin: String) -> String { folder.path("lib\(plugin).so") }

    /// Begins to call.
    func load(_ target: String, _ arguments: String = "[]", window: Int = 8) -> Load {
        Load(
            socket: folder.path(".backplane/host.sock"), target, arguments, window: window)
    }

    /// Replaces a plugin, and waits for what the host says of that.
    @discardableResult
    func replace(
        _ plugin: String, by build: PatchedPlugin, of service: String,
        within limit: Duration = .seconds(60)
    ) throws -> EventFollower.Event {
        try verdict(on: service, within: limit) { try build.install(at: path(plugin)) }
    }

    /// Does something, and waits for what the host says of the service next.
    func verdict(
        on service: String, within limit: Duration = .seconds(60), after action: () throws -> Void
    ) throws -> EventFollower.Event {
        let heard = follower.events.count
        try action()
        return try follower.wait("a verdict on \(service)", after: heard, within: limit) {
            $0.service == service && $0.isVerdict
        }
    }
}
