// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Large arguments: they lie in the memory of a worker before it gets the call.
extension ForkedSlot {
    // MARK: Building

    func pool(for size: Int) -> BufferPool? {
        let workers = state.withLock { state in
            state.serving.keys.sorted().compactMap { number in
                state.worker(number).map { (state.admission.load(of: number), $0.pool) }
            }
        }
        // Where there is room, then the least busy one.
        return workers.min { left, right in
            rank(left, size) < rank(right, size)
        }?.1
    }

    private func rank(_ worker: (load: Int, pool: BufferPool), _ size: Int) -> (Int, Int) {
        (worker.pool.usedBytes + size > worker.pool.bytes ? 1 : 0, worker.load)
    }

    /// The worker in whose memory a payload was built.
    func holder(of payload: Payload) -> Int? {
        guard payload.count > Payload.copiedSize else { return nil }
        let workers = state.withLock { $0.workers.values }
        return workers.first { payload.isBuilt(in: $0.pool) }?.context.worker
    }

    // MARK: Copying

    /// Puts a call's arguments where a worker is to read them.
    ///
    /// - Returns: Nothing when there is no room for them now. The call waits for some then, and keeps
    ///   nobody from running meanwhile: what fills the memory may be the arguments of calls behind it.
    func place(_ job: Admission.Job, in worker: ForkedWorker?) -> Admission.Job? {
        let size = job.call.arguments.count
        guard size > Payload.copiedSize, let worker, !job.arguments.isBuilt(in: worker.pool),
            worker.pool.takesCopies(of: size)
        else { return job }
        if let buffer = worker.pool.take(size) { return placed(job, in: buffer) }
        waitForRoom(job, size, worker)
        return nil
    }

    private func placed(_ job: Admission.Job, in buffer: PayloadBuffer) -> Admission.Job {
        var job = job
        job.placed = buffer.filled(with: job.call.arguments)
        return job
    }

    private func waitForRoom(_ job: Admission.Job, _ size: Int, _ worker: ForkedWorker) {
        let call = job.call
        var job = job
        // What it holds elsewhere may be what it waits for.
        job.placed = nil
        let wait = RoomWait(for: size) { [self, job] worker, buffer in
            goOn(job, in: worker, buffer)
        }
        let workers = state.withLock { [job] state in
            state.admission.park(job)
            state.roomWaits[call.number] = wait
            return state.serving.keys.compactMap { state.worker($0) }
        }
        for worker in [worker] + workers.filter({ $0 !== worker }) {
            wait.ask(worker.pool, of: worker.context.worker)
        }
        // A cancellation that came in between found nothing to end.
        if call.isOver { cancelled(call) }
    }

    /// Goes on with a call for whose arguments there is room; without a buffer a worker is gone.
    private func goOn(_ job: Admission.Job, in number: Int, _ buffer: PayloadBuffer?) {
        var job = job
        if let buffer {
            job = placed(job, in: buffer)
            job.preferred = number
        }
        state.withLock { [job] state in
            state.roomWaits[job.call.number] = nil
            state.admission.unpark(job)
        }
        pump()
    }

    /// Ends the wait of a call that needs no room any more.
    func endRoomWait(of call: Call) {
        state.withLock { $0.roomWaits.removeValue(forKey: call.number) }?.end()
    }
}
