// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// The way of a call to a worker, and back to the line when the worker does not begin it.
extension ForkedSlot: CallHolder {
    func submit(_ call: Call, method: MethodEntry, entry: CallEntry) -> Bool {
        call.hold(by: self)
        let job = Admission.Job(call: call, method: method, preferred: holder(of: call.arguments))
        enum Arrival { case decided(ForkedAdmission.Decision), refused(CallError), closed }
        let arrival: Arrival = state.withLock { state in
            if state.admission.isClosed { return .closed }
            if let refusal = state.refusal { return .refused(refusal) }
            return .decided(state.admission.arrive(job))
        }
        switch arrival {
        case .closed:
            call.hold(by: nil)
            return false
        case .refused(let refusal):
            call.hold(by: nil)
            call.refuse(refusal)
            return true
        case .decided(.refuse):
            call.hold(by: nil)
            call.refuse(.overloaded(name, queue: plan.service.queue))
            return true
        case .decided(.wait): break
        case .decided(.run(let worker)): hand(job, to: worker)
        }
        if !call.has(.settled) { call.watchDeadline() }
        if call.isOver { cancelled(call) }
        return true
    }

    func takeWaiting() -> [Call] {
        let calls = state.withLock { $0.admission.removeWaiting() }.map(\.call)
        for call in calls {
            call.hold(by: nil)
            endRoomWait(of: call)
        }
        return calls
    }

    private func hand(_ job: Admission.Job, to number: Int) {
        guard job.call.isWanted else { return job.call.expireUnrun() }
        let worker = state.withLock { $0.workers[number] }
        guard let job = place(job, in: worker) else { return pump() }
        if worker?.run(job) == true { return }
        state.withLock { state in
            state.admission.remove(worker: number)
            state.admission.putBack(job)
        }
        pump()
    }

    /// Has a call wait again that a worker did not begin.
    func takeBack(_ call: Call) {
        guard let method = call.methodEntry else { return }
        let job = Admission.Job(call: call, method: method, preferred: holder(of: call.arguments))
        state.withLock { $0.admission.takeBack(job) }
        // One that was cancelled meanwhile found no worker to tell.
        if call.isOver { cancelled(call) }
        pump()
    }

    func pump() {
        while let (job, worker) = state.withLock({ $0.admission.next() }) { hand(job, to: worker) }
    }

    func cancelled(_ call: Call) {
        enum Place { case waiting, worker(ForkedWorker), nowhere }
        let place: Place = state.withLock { state in
            if state.admission.withdraw(call) { return .waiting }
            guard let number = state.admission.worker(of: call.number),
                let worker = state.workers[number]
            else { return .nowhere }
            return .worker(worker)
        }
        switch place {
        case .nowhere: break
        case .waiting:
            endRoomWait(of: call)
            call.hold(by: nil)
            call.settle()
            noteIdle()
        case .worker(let worker):
            worker.cancel(call)
            plan.environment.deadlines.watch(
                OverrunWatch(call, in: worker, limit: plan.current.killAfter))
        }
    }

    func settled(_ call: Call) {
        let isAnyLeaving = state.withLock { state in
            state.admission.settle(call.number)
            return !state.leaving.isEmpty
        }
        pump()
        noteIdle()
        if isAnyLeaving { noteLeaving() }
    }

    func direct(_ method: MethodEntry) -> DirectFunction? { nil }
}
