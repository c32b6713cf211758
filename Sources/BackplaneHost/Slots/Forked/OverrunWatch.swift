// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Kills a worker whose call runs on after its deadline for too long.
final class OverrunWatch: Expirable {
    let deadline: Instant
    private let call: Call
    private let worker: ForkedWorker

    /// - Parameter limit: How far past its deadline the call may go on.
    init(_ call: Call, in worker: ForkedWorker, limit: Duration) {
        self.call = call
        self.worker = worker
        deadline = call.deadline == .never ? .never : call.deadline.advanced(by: limit)
    }

    var isOver: Bool { call.has(.settled) }

    func expire() {
        guard worker.has(call) else { return }
        worker.kill(because: "\(call.service).\(call.method) went on after its deadline")
    }
}
