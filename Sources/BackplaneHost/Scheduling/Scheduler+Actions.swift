// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Synchronization

/// What the machine decides, done.
extension Scheduler {
    /// Does what is to be done.
    ///
    /// Whatever takes its time is done in tasks on the host's threads, where handlers may block. Each
    /// ends with what it does, and the run waits for that.
    func perform(_ actions: [SchedulerMachine.Action]) {
        for action in actions {
            switch action {
            case .tell(let news):
                inTask("news") { await $0.tell(news) }
            case .announce(let number):
                inTask("submission", of: number) { await $0.announce($1) }
            case .begin(let number):
                inTask("submission", of: number) { await $0.carryOut($1) }
            case .drop(let number):
                inTask("submission", of: number) { await $0.drop($1) }
            case .cancel(let number):
                state.withLock { $0.submissions[number] }?.cancelRunning()
            case .watch(let limit):
                alarm(after: limit) {
                    self.perform(self.state.withLock { $0.machine.waited() })
                }
            case .end(let code):
                finish(code)
            }
        }
    }

    private func inTask(_ name: String, _ body: @escaping @Sendable (Scheduler) async -> Void) {
        Task(name: name, executorPreference: host.resources.executor) { await body(self) }
    }

    private func inTask(
        _ name: String, of number: UInt64,
        _ body: @escaping @Sendable (Scheduler, Submission) async -> Void
    ) {
        guard let submission = state.withLock({ $0.submissions[number] }) else { return }
        inTask(name) { await body($0, submission) }
    }

    private func announce(_ submission: Submission) async {
        let error = await tell(.submission(submission, .submitted))
        if let error { handlerThrew(error) }
        perform(state.withLock { $0.machine.announced(submission.number) })
    }

    private func drop(_ submission: Submission) async {
        await tellCancelled(submission, because: .cancelled(submission.task.name))
        ended(submission)
    }

    /// Forgets a submission of which nothing more comes.
    func ended(_ submission: Submission) {
        let actions = state.withLock { state in
            state.submissions[submission.number] = nil
            return state.machine.ended(submission.number)
        }
        perform(actions)
    }

    // MARK: The scheduler's own news

    private func tell(_ news: SchedulerMachine.News) async {
        let reason = state.withLock { $0.run?.reason } ?? ExitState(.exhausted)
        if news == .finishing { cancelTimers() }
        let event: SchedulerEvent =
            switch news {
            case .started: .started
            case .empty: .empty
            case .timeout: .timeout
            case .stop: .stop(reason)
            case .finishing: .finishing
            case .finished: .finished(reason)
            }
        if let error = await tell(event) { handlerThrew(error) }
        perform(state.withLock { $0.machine.told() })
    }

    private func finish(_ code: ExitState.Code) {
        let run = state.withLock { state in
            let run = state.run
            state.run?.alarms = []
            return run
        }
        for alarm in run?.alarms ?? [] { alarm.cancel() }
        run?.end.keep(run?.reason ?? ExitState(code))
    }

    // MARK: Errors

    /// Deals with an error of a handler that had no running submission in its hands.
    func handlerThrew(_ error: any Error) {
        let action = state.withLock { $0.run?.onException.action(for: error) } ?? .raise
        switch action {
        case .raise: end(ExitState(.exception, error: error), raises: true)
        case .end: end(ExitState(.exception, error: error), raises: false)
        case .continue:
            host.logger.warning(
                "a handler of a scheduler threw, and the run goes on",
                metadata: [LogKey.error: "\(error)"])
        }
    }
}
