// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// Processes that are killed for real.
struct CrashTests {
    @Test func `a worker killed during a call costs that call and nothing else`() throws {
        let host = try HostProcess(
            """
              echo: { plugin: Echo, slot: in-process }
              probe: { plugin: Probe, slot: forked }
            """)
        let worker = try #require(pid_t(try host.call("probe.processNumber")))
        let call = try host.start("call", "probe.spin", "[600000]")
        try Deadline.wait("a call that runs") { try host.services()["probe"]?.in_flight == 1 }
        kill(worker, SIGKILL)
        // Far from the minutes that it would have run, and from its deadline.
        let end = try call.end(within: .seconds(5))
        #expect(end.code == 1)
        #expect(end.output.isEmpty)
        #expect(
            end.error == """
                error[crashed]: worker probe/1#1 was killed by SIGKILL while it ran probe.spin

                """, "\(host.log)")
        #expect(try host.call("probe.identifier") == "\"probe/1#2\"")
        let services = try host.services()
        #expect(services["probe"]?.restarts == 1)
        #expect(services["probe"]?.state == "running")
        #expect(services["echo"]?.restarts == 0)
        #expect(services["echo"]?.state == "running")
    }

    @Test func `a service that crashes in init backs off and takes no neighbour along`() throws {
        let host = try HostProcess(
            """
              echo: { plugin: Echo, slot: in-process }
              sound: { plugin: Probe, slot: forked }
              crash: { plugin: Probe, slot: forked, config: { init: crash } }
              exit: { plugin: Probe, slot: forked, config: { init: exit } }
            """)
        #expect(host.output.contains("ready: 2 of 4"))
        for (name, reason) in [("crash", "SIGABRT"), ("exit", "status 3")] {
            try Deadline.wait("\(name) to back off") {
                let service = try host.services()[name]
                return service?.state == "backing-off" && service?.reason?.contains(reason) == true
            }
        }
        let services = try host.services()
        #expect(services["sound"]?.restarts == 0)
        #expect(try host.call("sound.echo", "[1]") == "1")
        #expect(try host.call("echo.echo", "[1]") == "1")
        let refused = try host.run("call", "crash.echo", "[1]", "--timeout", "2s")
        #expect(refused.code == 1)
        #expect(refused.error.hasPrefix("error[unavailable]: "), "\(refused.error)")
    }

    @Test func `nothing runs a second after its host was killed, not even what spins`() throws {
        let host = try HostProcess(
            """
              spinner: { plugin: \(CPlugin.trouble.path()), slot: forked, workers: 3 }
              compute: { plugin: Compute, slot: forked }
            """)
        let calls = try (0..<2).map { _ in try host.start("call", "spinner.spin", "[0]") }
        try Deadline.wait("calls that run") { try host.services()["spinner"]?.in_flight == 2 }
        let all = Processes.below(host.pid)
        // The workers, and the one that forks them.
        #expect(all.count >= 5)
        host.signal(SIGKILL)
        try Deadline.wait("an end of \(all)", within: .seconds(1)) {
            Processes.running(all).isEmpty
        }
        for call in calls {
            #expect(try call.end().code == 69)
        }
    }

    @Test func `of 50 workers killed at once every exit is seen, and no zombie stays`() throws {
        let host = try HostProcess("  crowd: { plugin: Echo, slot: forked, workers: 50 }")
        let before = Processes.below(host.pid)
        // Below the host is the process that forks, below that are the workers and what keeps their memory.
        let workers = before.subtracting(Processes.children(of: host.pid))
            .filter { !["bp-memory", "bp-spare"].contains(Processes.name($0)) }
        try #require(workers.count == 50)
        for worker in workers { kill(worker, SIGKILL) }
        try Deadline.wait("50 new workers", within: .seconds(60)) {
            let crowd = try host.services()["crowd"]
            return crowd?.restarts == 50 && crowd?.workers == 50
        }
        try Deadline.wait("the end of what kept their memory") {
            let after = Processes.below(host.pid)
            return after.count == before.count && !after.contains(where: Processes.isZombie)
        }
        let log = try host.run("logs", "crowd", "-n", "1000").output
        #expect(log.split(separator: "\n").count { $0.contains("worker ended") } == 50)
        #expect(try host.call("crowd.echo", "[1]") == "1")
    }
}
