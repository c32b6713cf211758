// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Large arguments: they lie in the worker's pool before the call is sent.
extension ForkedWorker {
    /// The memory that it reads its arguments in.
    var pool: BufferPool { process.channel.pool }

    /// Puts a call's arguments where the worker is to read them.
    ///
    /// - Returns: Nothing when there is no room for them now: the call is sent when there is, unless its
    ///   caller stops waiting.
    func place(_ job: Admission.Job) -> Payload? {
        let arguments = job.call.arguments
        guard arguments.count > Payload.copiedSize, !arguments.isBuilt(in: pool),
            pool.takesCopies(of: arguments.count)
        else { return arguments }
        if let buffer = pool.take(arguments.count) { return buffer.filled(with: arguments) }
        waitForRoom(job)
        return nil
    }

    private func waitForRoom(_ job: Admission.Job) {
        let call = job.call
        let request = BufferRequest(call.arguments.count) { [weak self] buffer in
            self?.take(buffer, for: job)
        }
        // Noted first: it may be served at once.
        state.withLock { $0.waitingForRoom[call.number] = (call, request) }
        pool.take(request)
        // A cancellation that came in between found nothing to withdraw.
        if call.isOver { cancel(call) }
    }

    /// Goes on with a call for whose arguments there is room; without a buffer the worker is gone.
    private func take(_ buffer: PayloadBuffer?, for job: Admission.Job) {
        let call = job.call
        let isWaiting = state.withLock { $0.waitingForRoom.removeValue(forKey: call.number) } != nil
        guard isWaiting else { return }
        guard !call.isOver else {
            call.settle()
            return
        }
        if let buffer, send(job, buffer.filled(with: call.arguments)) { return }
        owner?.returned(call, by: self)
    }

    /// Lets go of a call that waits for room; false when it doesn't.
    func withdraw(_ call: Call) -> Bool {
        let waiting = state.withLock { $0.waitingForRoom.removeValue(forKey: call.number) }
        guard let waiting else { return false }
        _ = pool.withdraw(waiting.request)
        call.settle()
        return true
    }
}
