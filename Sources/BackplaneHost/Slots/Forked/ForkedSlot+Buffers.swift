// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Which worker's memory a payload is built in, and is in.
extension ForkedSlot {
    func pool(for size: Int) -> BufferPool? {
        let workers = state.withLock { state in
            state.serving.keys.sorted().compactMap { number in
                state.workers[number].map { (state.admission.load(of: number), $0.pool) }
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
        let workers = state.withLock { $0.workers }
        return workers.first { payload.isBuilt(in: $0.value.pool) }?.key
    }
}
