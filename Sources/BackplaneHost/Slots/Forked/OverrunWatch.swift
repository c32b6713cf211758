// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Kills a worker whose call runs on after its deadline for too long.
final class OverrunWatch: Expirable {
    let deadline: Instant
    private let number: UInt64
    private let method: String
    private let target: DeadlineAlarm.Target

    /// - Parameter limit: How far past its deadline the call may go on.
    init(_ call: Call, in worker: ForkedWorker, limit: Duration) {
        number = call.number
        method = "\(call.service).\(call.method)"
        target = worker.alarms
        deadline = call.deadline == .never ? .never : call.deadline.advanced(by: limit)
    }

    var isOver: Bool { target.get()?.has(number) != true }

    func expire() {
        guard let worker = target.get(), worker.has(number) else { return }
        worker.kill(because: "\(method) went on after its deadline")
    }
}
