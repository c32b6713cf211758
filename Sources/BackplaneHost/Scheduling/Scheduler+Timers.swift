// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

extension Scheduler {
    /// Does something after a while: from now, or from the start of the next run.
    ///
    /// A run does not wait for its timers: it ends when nothing is left to run, and they with it.
    /// What `body` throws is dealt with by the run's `onException`.
    @discardableResult
    public func after(
        _ duration: Duration, _ body: @escaping @Sendable () async throws -> Void
    ) -> SchedulerTimer {
        let timer = SchedulerTimer(duration, body)
        let isRunning = state.withLock { state in
            state.timers[ObjectIdentifier(timer)] = timer
            return state.machine.isOpen
        }
        if isRunning { start(timer) }
        return timer
    }

    func startTimers() {
        for timer in state.withLock({ $0.timers.values }) { start(timer) }
    }

    func cancelTimers() {
        let timers = state.withLock { state in
            defer { state.timers = [:] }
            return state.timers.values
        }
        for timer in timers { timer.cancel() }
    }

    private func start(_ timer: SchedulerTimer) {
        timer.start(clock, on: host.resources.executor) { [weak self] timer in
            self?.state.withLock { $0.timers[ObjectIdentifier(timer)] = nil }
        } failed: { [weak self] error in
            self?.handlerThrew(error)
        }
    }

    /// Does something after a while of this run, if it still goes on then.
    func alarm(after duration: Duration, _ body: @escaping @Sendable () -> Void) {
        // Owned by the run, which cancels it as it ends.
        let alarm = Task(name: "alarm", executorPreference: host.resources.executor) { [clock] in
            // Thrown only when the run is over.
            guard (try? await clock.sleep(for: duration, tolerance: nil)) != nil else { return }
            body()
        }
        state.withLock { $0.run?.alarms.append(alarm) }
    }
}
