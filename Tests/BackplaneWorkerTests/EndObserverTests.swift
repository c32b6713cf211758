// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Foundation
import OracleSupport
import Synchronization
import Testing

/// What is known of a worker's end before all of it is.
struct EndObserverTests {
    private final class Observer: WorkerProcess.EndObserver {
        enum Stage: Equatable { case dying, died(WorkerExit.Reason) }

        let stages = Mutex<[Stage]>([])

        func dying() { stages.withLock { $0.append(.dying) } }
        func died(_ reason: WorkerExit.Reason) { stages.withLock { $0.append(.died(reason)) } }
    }

    private let server: ForkServer

    init() throws {
        server = try ForkServer(executable: WorkerBuild.executable())
    }

    @Test func `a death is known for what it is before the process has ended`() async throws {
        var early = 0
        for _ in 0..<20 {
            let worker = try await TestWorker.running(server, .trouble)
            let observer = Observer()
            worker.process.observeEnd(observer)
            worker.process.kill()
            #expect(worker.exit()?.reason == .signaled(SIGKILL))
            let stages = observer.stages.withLock { $0 }
            // Either may be missed: what is told in the end is the exit.
            #expect(stages.count <= 2)
            #expect(
                stages.allSatisfy {
                    [.dying, .died(.signaled(SIGKILL))].contains($0)
                }, "\(stages)")
            if stages.contains(.dying) { early += 1 }
        }
        #expect(early > 0)
    }

    @Test func `how a process ended is not told early where it could be no end`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        let observer = Observer()
        worker.process.observeEnd(observer)
        try worker.send(Frame(.exit))
        #expect(worker.exit()?.reason == .exited(0))
        #expect(observer.stages.withLock { $0 }.allSatisfy { $0 == .dying })
    }

    @Test func `who comes late is told nothing but the exit`() async throws {
        let worker = try await TestWorker.running(server, .trouble)
        worker.process.kill()
        #expect(worker.exit()?.reason == .signaled(SIGKILL))
        let observer = Observer()
        worker.process.observeEnd(observer)
        #expect(observer.stages.withLock { $0 } == [])
    }
}
