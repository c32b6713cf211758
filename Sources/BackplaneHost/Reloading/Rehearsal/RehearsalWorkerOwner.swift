// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// The owner of a rehearsal's worker: who rehearses waits for each step, and needs to be told nothing.
///
/// An object of its own, because a worker holds its owner, and a rehearsal that nobody holds ends its
/// worker.
final class RehearsalWorkerOwner: ForkedWorker.Owner {
    func lost(_ worker: ForkedWorker) {}
    func left(_ call: UInt64) -> Bool { false }
    func goOn(_ isAnybodyWaiting: Bool) {}
    func returned(_ call: Call, by worker: ForkedWorker) {}
    func dying(_ worker: ForkedWorker) {}
    func ended(_ worker: ForkedWorker, _ exit: WorkerExit) {}
}
