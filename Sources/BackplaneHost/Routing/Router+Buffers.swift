// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Memory that payloads are built in.
extension Router {
    /// Gives memory for a payload, as soon as there is room.
    ///
    /// - Parameters:
    ///   - service: Whom the payload is for; nothing for anybody.
    ///   - deadline: When the wait for room ends.
    func buffer(
        _ size: Int, for service: String?, by deadline: Instant
    ) async throws(CallError) -> PayloadBuffer {
        while let pool = try pool(size, for: service) {
            if let buffer = pool.take(size) { return buffer }
            let end = Promise<BufferWait>(by: deadline, else: .late, in: environment.deadlines)
            let request = BufferRequest(size) { end.keep(.over($0)) }
            pool.take(request)
            let wait = await withTaskCancellationHandler {
                await end.value
            } onCancel: {
                end.keep(.cancelled)
            }
            if let buffer = try wait.buffer(request, in: pool, for: service) { return buffer }
        }
        return try plain(size)
    }

    /// Gives memory for a payload; blocks the thread until there is room.
    ///
    /// - Parameters:
    ///   - call: The running call that it is for, with whose end the wait ends.
    ///   - mayWait: Whether it may; if not, there is nothing when there is no room.
    func blockingBuffer(
        _ size: Int, for service: String?, of call: Call?, by deadline: Instant, mayWait: Bool
    ) throws(CallError) -> PayloadBuffer? {
        while let pool = try pool(size, for: service) {
            if let buffer = pool.take(size) { return buffer }
            guard mayWait else { return nil }
            let end = Monitor<BufferWait?>(nil)
            let request = BufferRequest(size) { buffer in
                end.withLock { $0 = $0 ?? .over(buffer) }
                end.notify()
            }
            pool.take(request)
            let isOpen = call?.onEnd {
                end.withLock { $0 = $0 ?? .cancelled }
                end.notify()
            }
            if isOpen == false { end.withLock { $0 = $0 ?? .cancelled } }
            let wait = end.wait(until: deadline) { $0 } ?? .late
            if let buffer = try wait.buffer(request, in: pool, for: service) { return buffer }
        }
        return try plain(size)
    }

    /// The pool that the payload is best built in; nothing when plain memory will do.
    private func pool(_ size: Int, for service: String?) throws(CallError) -> BufferPool? {
        guard size <= environment.payloadLimit else {
            throw .tooLarge("a buffer for a payload", size, limit: environment.payloadLimit)
        }
        guard let service else { return nil }
        guard let receiver = receiver(service) else {
            throw unknown(CallTarget(service: service, method: ""))
        }
        guard size > Payload.copiedSize, let pool = receiver.pool(for: size) else { return nil }
        guard size <= pool.bytes else {
            throw CallError(
                .tooLarge,
                "a buffer of \(size) bytes is larger than the pool of '\(service)', which has "
                    + "\(pool.bytes); give the service a larger 'pool'")
        }
        return pool
    }

    private func plain(_ size: Int) throws(CallError) -> PayloadBuffer {
        guard let buffer = PayloadBuffer(size: size) else {
            throw CallError(.internal, "there is no memory for a buffer of \(size) bytes")
        }
        return buffer
    }
}

/// How a wait for room in a pool ended.
private enum BufferWait: Sendable {
    /// There is room, or the pool is gone.
    case over(PayloadBuffer?)
    case late
    case cancelled

    /// The memory; nothing when another pool is to be asked.
    func buffer(
        _ request: BufferRequest, in pool: BufferPool, for service: String?
    ) throws(CallError) -> PayloadBuffer? {
        let name = service ?? ""
        switch self {
        case .over(let buffer): return buffer
        case .late:
            _ = pool.withdraw(request)
            throw CallError(
                .deadlineExceeded, "there was no room in the pool of '\(name)' in time")
        case .cancelled:
            _ = pool.withdraw(request)
            throw CallError(.cancelled, "the wait for room in the pool of '\(name)' was cancelled")
        }
    }
}
