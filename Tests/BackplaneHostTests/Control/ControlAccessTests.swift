// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import BackplaneHost

/// Who may reach the control socket, and where it may be.
struct ControlAccessTests {
    @Test(arguments: [
        (PeerCredentials(process: 1, user: 1000, group: 1000), true, true),
        (PeerCredentials(process: 1, user: 0, group: 0), true, true),
        (PeerCredentials(process: 1, user: 1001, group: 1000), false, false),
        (PeerCredentials(process: 1, user: 1001, group: 50), false, true),
        (PeerCredentials(process: 1, user: 1001, group: 1, otherGroups: [7, 50]), false, true),
        (PeerCredentials(process: 1, user: 1001, group: 1, otherGroups: [7]), false, false),
    ])
    func `the host's user, root and the group that is let in may`(
        peer: PeerCredentials, withoutGroup: Bool, withGroup: Bool
    ) {
        #expect(peer.mayControl(hostOf: 1000, openedFor: nil) == withoutGroup)
        #expect(peer.mayControl(hostOf: 1000, openedFor: 50) == withGroup)
    }

    @Test func `the kernel says who is at the other end`() throws {
        let server = try FakeServer(refusing: { $0 == getpid() })
        #expect(try server.peer().line().contains(#""data":{"code":"permission-denied"}"#))
    }

    @Test func `the file is the user's alone unless told otherwise`() throws {
        let server = try FakeServer()
        var status = stat()
        #expect(unsafe stat(server.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(status.st_mode & S_IFMT == S_IFSOCK)
        server.server.stopAccepting()
        #expect(unsafe access(server.path, F_OK) != 0)
    }

    @Test func `the file that a dead host left is replaced`() throws {
        let folder = try FakeServer.makeFolder()
        let path = "\(folder)/host.sock"
        let left = unsafe open(path, O_CREAT | O_WRONLY, 0o644)
        close(left)
        let gateway = FakeGateway()
        let server = try ControlServer(.init(path: path), gateway: gateway)
        try server.start()
        let peer = try FakePeer(path: path)
        try peer.send(#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#)
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":1,"result":[]}"#)
        server.close(within: .zero)
    }

    @Test func `another host's file is left alone`() throws {
        let server = try FakeServer()
        _ = unsafe unlink(server.path)
        close(unsafe open(server.path, O_CREAT | O_WRONLY, 0o644))
        server.server.stopAccepting()
        #expect(unsafe access(server.path, F_OK) == 0)
        _ = unsafe unlink(server.path)
    }

    @Test func `a path that is too long for an address works all the same`() throws {
        let server = try FakeServer(folderName: String(repeating: "long", count: 40))
        #expect(server.path.utf8.count > ControlSocketAddress.capacity)
        let client = try ControlClient(path: server.path)
        let identifier = try client.send("echo", params: "[1]")
        guard case .answer(let answer) = try client.receive() else {
            Issue.record("no answer")
            return
        }
        #expect(answer.identifier == identifier)
        #expect(try answer.result.get() == "[1]")
    }

    @Test func `a name that is too long is an error that says so`() throws {
        let folder = try FakeServer.makeFolder()
        let path = "\(folder)/\(String(repeating: "x", count: 120))"
        let error = #expect(throws: ControlError.self) {
            try ControlServer(.init(path: path), gateway: FakeGateway())
        }
        #expect(error?.code == .pathTooLong)
    }

    @Test func `there is a limit to connections`() throws {
        let server = try FakeServer(connectionLimit: 2)
        let first = try server.peer()
        let second = try server.peer()
        #expect(server.server.becomes(connections: 2))
        #expect(try server.peer().line().contains(#""data":{"code":"overloaded"}"#))
        try first.send(#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#)
        #expect(try first.line().hasSuffix(#""result":[]}"#))
        second.stopSending()
        #expect(server.server.becomes(connections: 1))
    }

    @Test func `nobody there is an error of its own`() {
        let error = #expect(throws: ControlError.self) {
            try ControlClient(path: "/nonexistent/host.sock")
        }
        #expect(error?.code == .unreachable)
    }
}
