// SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import BackplaneHost

/// A control socket in a folder of its own, with a fake host behind it.
final class FakeServer: Sendable {
    let gateway = FakeGateway()
    let server: ControlServer
    let folder: String

    var path: String { "\(folder)/host.sock" }

    init(
        folderName: String = "", connectionLimit: Int = 128,
        refusing isRefused: @escaping @Sendable (pid_t) -> Bool = { _ in false }
    ) throws {
        folder = try Self.makeFolder(folderName)
        server = try ControlServer(
            ControlServer.Settings(
                path: "\(folder)/host.sock", connectionLimit: connectionLimit),
            gateway: gateway, refusing: isRefused)
        try server.start()
    }

    deinit {
        server.close(within: .zero)
        _ = unsafe rmdir(folder)
    }

    /// Connects.
    func peer() throws -> FakePeer { try FakePeer(path: path) }

    static func makeFolder(_ name: String = "") throws -> String {
        var template = Array("/tmp/backplane-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw ControlError(.system, "mkdtemp") }
        let base = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard !name.isEmpty else { return base }
        let folder = "\(base)/\(name)"
        guard unsafe mkdir(folder, 0o700) == 0 else { throw ControlError(.system, "mkdir") }
        return folder
    }
}
