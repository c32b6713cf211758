// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane
internal import Synchronization

/// The host's half of "backplane.buffers/1" in a worker: memory of the worker's own pool.
extension WorkerRuntime {
    /// What came of a wait for room.
    private final class Arrival: Sendable {
        enum State: Sendable { case awaited, given(PayloadBuffer?) }
        let state = Mutex(State.awaited)
    }

    /// Gives memory for a payload that this worker is to send.
    ///
    /// - Returns: The memory, or a code that says why there is none.
    func allocate(
        _ size: UInt64, for handle: OpaquePointer?, by deadline: UInt64, mayWait: Bool
    ) -> Result<PayloadBuffer, BufferFailure> {
        // As in the host: what is no size is told from what is too large.
        guard Int(exactly: size) != nil else {
            return .failure(BufferFailure(BACKPLANE_INVALID_ARGUMENT))
        }
        guard size <= PayloadLimit.bytes, size <= UInt64(channel.pool.bytes) else {
            return .failure(BufferFailure(BACKPLANE_TOO_LARGE))
        }
        let size = Int(size)
        guard size > Payload.copiedSize else {
            return PayloadBuffer(size: size).map { .success($0) }
                ?? .failure(BufferFailure(BACKPLANE_INTERNAL))
        }
        if let buffer = channel.pool.take(size) { return .success(buffer) }
        guard mayWait else { return .failure(BufferFailure(BACKPLANE_OVERLOADED)) }
        let call = unsafe calls.find(handle)
        call?.noteWait()
        let limit = min(Instant(nanoseconds: deadline), call?.deadline ?? .never)
        return wait(for: size, until: limit) { call?.isWanted == false }
    }

    private func wait(
        for size: Int, until limit: Instant, unless isUnwanted: () -> Bool
    ) -> Result<PayloadBuffer, BufferFailure> {
        let arrival = Arrival()
        let request = BufferRequest(size) { buffer in
            arrival.state.withLock { $0 = .given(buffer) }
            self.room.withLock { $0 &+= 1 }
            self.room.notify(all: true)
        }
        channel.pool.take(request)
        // The host gives memory back without a word unless it knows that somebody waits.
        var isCancelled = false
        let given: PayloadBuffer?? = room.wait(until: limit) { _ in
            if case .given(let buffer) = arrival.state.withLock({ $0 }) { return .some(buffer) }
            isCancelled = isUnwanted() && !limit.hasPassed
            return isCancelled ? .some(nil) : nil
        }
        if case .some(.some(let buffer)) = given { return .success(buffer) }
        _ = channel.pool.withdraw(request)
        if isCancelled { return .failure(BufferFailure(BACKPLANE_CANCELLED)) }
        return .failure(
            BufferFailure(given == nil ? BACKPLANE_DEADLINE_EXCEEDED : BACKPLANE_UNAVAILABLE))
    }

    // SAFETY: immortal and never changed.
    nonisolated(unsafe) static let buffers = unsafe backplane_host_buffers_make(
        { context, call, _, _, size, deadline, flags, buffer, bytes in
            let runtime = unsafe WorkerRuntime.of(context)
            guard let buffer = unsafe buffer, let bytes = unsafe bytes else {
                return UInt32(BACKPLANE_INVALID_ARGUMENT)
            }
            let result = unsafe runtime.allocate(
                size, for: call, by: deadline,
                mayWait: flags & UInt32(BACKPLANE_BUFFER_NO_WAIT) == 0)
            switch result {
            case .failure(let failure): return failure.code
            case .success(let memory):
                unsafe bytes.pointee = memory.memory.bindMemory(to: UInt8.self).baseAddress
                unsafe buffer.pointee = OpaquePointer(bitPattern: runtime.memory.add(memory))
                return UInt32(BACKPLANE_OK)
            }
        },
        { context, buffer in
            unsafe WorkerRuntime.of(context).memory.release(UInt(bitPattern: buffer))
        },
        { context, bytes, size in
            unsafe WorkerRuntime.of(context).memory.keep(bytes, size).flatMap {
                unsafe OpaquePointer(bitPattern: $0)
            }
        })
}

/// Why there is no memory, as a code of the ABI.
struct BufferFailure: Error {
    let code: UInt32

    init(_ code: Int) {
        self.code = UInt32(code)
    }
}
