// SPDX-License-Identifier: Apache-2.0

import Logging
import OracleSupport
import Testing

@testable import BackplaneHost

struct ReloaderTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func host(_ configuration: HostConfiguration, watches: Bool? = nil)
        -> BackplaneHost.Host
    {
        var options = BackplaneHost.Host.Options()
        options.watchesFiles = watches
        return BackplaneHost.Host(configuration, options: options, logger: logger)
    }

    @Test(
        arguments: [
            (true, nil, true), (false, nil, false), (true, false, false), (false, true, true),
        ] as [(Bool, Bool?, Bool)])
    func `files are watched as the file says, unless somebody says otherwise`(
        file: Bool, other: Bool?, watches: Bool
    ) async {
        let host = host(HostConfiguration(folder: "/nowhere", reload: file), watches: other)
        #expect(await host.reloader.wantsWatch == watches)
        await host.reloader.close()
        #expect(await !host.reloader.wantsWatch)
    }

    @Test func `a host without a file looks at its plugins only`() async throws {
        let service = ServiceConfiguration(name: "a", plugin: .name("A"), isEnabled: false)
        let folder = TemporaryFolder()
        let host = host(HostConfiguration(folder: folder.path, services: [service]), watches: false)
        await host.reloader.begin()
        _ = try folder.file("services.yaml", Array("nonsense".utf8))
        let report = try await host.reloader.reload(ReloadRequest(cause: .command)).get()
        #expect(report.ok)
        #expect(report.plan.isEmpty)
        #expect(report.services.map(\.outcome) == ["stopped"])
        #expect(host.managed.map(\.service.name) == ["a"])
    }

    @Test func `services come, go and stand in the order of the file`() async throws {
        let folder = TemporaryFolder()
        func write(_ names: String...) throws {
            let lines = names.map { "  \($0): { plugin: A, enabled: false }\n" }
            _ = try folder.file(
                "services.yaml", Array(("version: 1\nservices:\n" + lines.joined()).utf8))
        }
        try write("a", "b")
        let configuration = try ConfigurationFile.load(path: folder.path("services.yaml"))
        let host = host(configuration, watches: false)
        await host.reloader.begin()
        try write("c", "b")
        let report = try await host.reloader.reload(ReloadRequest(cause: .command)).get()
        #expect(report.plan.map(\.text) == ["c: added", "a: removed"])
        #expect(report.services.map(\.outcome) == ["stopped", "stopped", "removed"])
        #expect(host.managed.map(\.service.name) == ["c", "b"])
        #expect(host.resources.configuration.services.map(\.name) == ["c", "b"])
        #expect(host.resources.events.last(9, of: ["host"]).map(\.kind) == [.configured])
    }

    @Test func `a service that there is not is told before anything is done`() async {
        let host = host(HostConfiguration(folder: "/nowhere"), watches: false)
        let result = await host.reloader.reload(
            ReloadRequest(services: ["nobody"], cause: .command))
        #expect(throws: CallError.self) { try result.get() }
    }

    @Test func `what changed before the watch began is followed once the services are up`()
        async throws
    {
        let folder = TemporaryFolder()
        func write(_ name: String) throws {
            let text = "version: 1\nservices: { \(name): { plugin: A, enabled: false } }\n"
            _ = try folder.file("services.yaml", Array(text.utf8))
        }
        try write("a")
        let configuration = try ConfigurationFile.load(path: folder.path("services.yaml"))
        let same = host(configuration, watches: true)
        await same.reloader.begin()
        await same.reloader.catchUp()
        #expect(same.resources.events.last(9).isEmpty)
        await same.reloader.close()
        try write("b")
        let other = host(configuration, watches: true)
        await other.reloader.begin()
        #expect(other.managed.map(\.service.name) == ["a"])
        await other.reloader.catchUp()
        #expect(other.managed.map(\.service.name) == ["b"])
        await other.reloader.close()
    }

    @Test func `a host that is being stopped takes no orders`() async {
        let host = host(HostConfiguration(folder: "/nowhere"), watches: false)
        await host.reloader.close()
        let result = await host.reloader.reload(ReloadRequest(cause: .command))
        #expect(throws: CallError.self) { try result.get() }
    }
}
