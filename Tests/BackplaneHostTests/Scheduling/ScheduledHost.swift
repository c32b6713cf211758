// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

/// A host with the probe in one kind of slot, and a scheduler of that kind.
struct ScheduledHost {
    let host: TestHost
    let scheduler: Scheduler

    init(
        _ kind: SlotKind, workers: Int = 1, timeout: Duration? = .seconds(30),
        clock: any Clock<Duration> = ContinuousClock()
    ) async throws {
        var service = SlotBehaviourTests.probe(kind)
        // One with a state may have one worker only.
        service.plugin = .name("StatelessProbe")
        service.workers = workers
        service.timeout = timeout
        host = try await TestHost([service])
        let slot: SchedulerSlot =
            switch kind {
            case .inProcess: .inProcess
            case .async: .async(workers: workers)
            case .forked: .forked(workers: workers)
            }
        scheduler = Scheduler(slot, of: host.host, clock: clock)
    }

    func stop() async throws { try await host.stop() }

    /// Writes down the names of all events of the next run, in order.
    func names() -> Task<[String], Never> {
        let events = scheduler.events
        return Task {
            var names: [String] = []
            for await event in events {
                switch event {
                case .submission(_, let event): names.append(event.kind.rawValue)
                default: names.append(event.kind?.rawValue ?? "?")
                }
            }
            return names
        }
    }
}
