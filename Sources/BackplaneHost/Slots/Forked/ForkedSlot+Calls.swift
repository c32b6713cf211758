// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// The way of a call to a worker, and back to the line when the worker does not begin it.
extension ForkedSlot: CallHolder {
    func submit(_ call: Call, method: MethodEntry, entry: CallEntry) -> Bool {
        call.hold(by: self)
        let job = Admission.Job(call: call, method: method, preferred: holder(of: call.arguments))
        enum Arrival { case run(ForkedWorker?, Int), wait, full, refused(CallError), closed }
        let arrival: Arrival = state.withLock { state in
            if state.admission.isClosed { return .closed }
            if let refusal = state.refusal { return .refused(refusal) }
            switch state.admission.arrive(job) {
            case .run(let number): return .run(state.worker(number), number)
            case .wait: return .wait
            case .refuse: return .full
            }
        }
        switch arrival {
        case .closed:
            call.hold(by: nil)
            return false
        case .refused(let refusal):
            call.hold(by: nil)
            call.refuse(refusal)
        case .full:
            call.hold(by: nil)
            call.refuse(.overloaded(name, queue: plan.service.queue))
        case .wait:
            call.watchDeadline()
            if call.isOver { cancelled(call) }
        case .run(let worker, let number):
            // It has just come: whether it is in time need not be asked.
            if call.isOver {
                call.settle()
            } else {
                // Only here it is sure to be the thread that will look.
                if entry == .inline, let worker { call.watch(worker.channel) }
                hand(job, to: worker, number)
            }
            if call.isOver, !call.has(.settled) { cancelled(call) }
        }
        return true
    }

    func begin(_ request: consuming PlainRequest, of method: MethodEntry) -> PlainCall? {
        // Large ones may have to wait for room in a worker's memory.
        guard request.arguments.count <= Payload.copiedSize else { return nil }
        let number = plan.environment.nextNumber()
        let worker = state.withLock { state -> ForkedWorker? in
            guard state.refusal == nil, let place = state.admission.arrive(number, method)
            else { return nil }
            if let worker = state.worker(place) { return worker }
            state.admission.settle(number)
            state.admission.remove(worker: place)
            return nil
        }
        guard let worker else { return nil }
        let call = PlainCall(request, number: number, of: method, in: worker, slot: self)
        if worker.run(call) { return call }
        lost(worker)
        if call.giveBack() {
            if call.request.isBlocking { worker.channel.leave() }
            goOn(left(number))
            return nil
        }
        // Its deadline, or the end of its service, was quicker, and its caller hears of that.
        call.whole.refuse(.unavailable(name, because: "its worker has just ended"))
        return call
    }

    func takeWaiting() -> [Call] {
        let calls = state.withLock { $0.admission.removeWaiting() }.map(\.call)
        for call in calls {
            call.hold(by: nil)
            endRoomWait(of: call)
        }
        return calls
    }

    /// Hands a call to a worker, which looks after its deadline; without one it waits again.
    private func hand(_ job: Admission.Job, to worker: ForkedWorker?, _ number: Int) {
        guard let job = place(job, in: worker) else {
            // It waits for room, and its deadline does not wait.
            job.call.watchDeadline()
            return pump()
        }
        if worker?.run(job) == true { return }
        state.withLock { state in
            state.admission.remove(worker: number)
            state.admission.putBack(job)
        }
        job.call.watchDeadline()
        pump()
    }

    /// Has a call wait again that a worker did not begin.
    func takeBack(_ call: Call) {
        guard let method = call.methodEntry else { return }
        let job = Admission.Job(call: call, method: method, preferred: holder(of: call.arguments))
        state.withLock { $0.admission.takeBack(job) }
        call.watchDeadline()
        // One that was cancelled meanwhile found no worker to tell.
        if call.isOver { cancelled(call) }
        pump()
    }

    func pump() {
        while let (job, worker, number) = state.withLock({ $0.next() }) {
            handLate(job, to: worker, number)
        }
    }

    /// Hands a call to a worker that has waited for one.
    private func handLate(_ job: Admission.Job, to worker: ForkedWorker?, _ number: Int) {
        guard job.call.isWanted else { return job.call.expireUnrun() }
        hand(job, to: worker, number)
    }

    func cancelled(_ call: Call) {
        enum Place { case waiting, worker(ForkedWorker), nowhere }
        let place: Place = state.withLock { state in
            if state.admission.withdraw(call) { return .waiting }
            guard let number = state.admission.worker(of: call.number),
                let worker = state.worker(number)
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
            worker.cancel(call.number)
            plan.environment.deadlines.watch(
                OverrunWatch(call, in: worker, limit: plan.current.killAfter))
        }
    }

    func settled(_ call: Call) {
        goOn(left(call.number))
    }

    func direct(_ method: MethodEntry) -> DirectFunction? { nil }
}

extension ForkedSlot.State {
    /// The next call that there is room for, and where.
    fileprivate mutating func next() -> (Admission.Job, ForkedWorker?, Int)? {
        guard let (job, number) = admission.next() else { return nil }
        return (job, worker(number), number)
    }
}
