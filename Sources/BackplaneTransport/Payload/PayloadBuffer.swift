// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Memory that a payload is built in: of a worker's pool, so that sending it there copies nothing, or
/// of this process alone.
///
/// Written by one thread until it is made a payload, and never again. It goes back when the last
/// payload in it goes.
@safe
public final class PayloadBuffer: Sendable {
    // SAFETY: of our own until deinit; who builds has it alone, who reads does so later.
    nonisolated(unsafe) package let memory: UnsafeMutableRawBufferPointer
    private let origin: Origin

    private enum Origin {
        case heap
        case pool(BufferPool, PayloadPool.Lease)
    }

    /// Takes memory of this process; nothing when there is none.
    package init?(size: Int) {
        guard size >= 0, let base = unsafe malloc(max(1, size)) else { return nil }
        unsafe memory = UnsafeMutableRawBufferPointer(start: base, count: size)
        origin = .heap
    }

    init(
        _ memory: UnsafeMutableRawBufferPointer, _ lease: PayloadPool.Lease, of pool: BufferPool
    ) {
        unsafe self.memory = memory
        origin = .pool(pool, lease)
    }

    deinit {
        switch origin {
        case .heap: unsafe free(memory.baseAddress)
        case .pool(let pool, let lease): pool.drop(lease)
        }
    }

    /// Whether it is of that pool.
    package func isPart(of pool: BufferPool) -> Bool {
        if case .pool(let own, _) = origin { own === pool } else { false }
    }

    /// Its place, if it is of that pool.
    func lease(in pool: BufferPool) -> PayloadPool.Lease? {
        guard case .pool(let own, let lease) = origin, own === pool else { return nil }
        return lease
    }

    /// The payload that lies in a part of it.
    package func payload(_ range: Range<Int>) -> Payload {
        Payload(
            region: unsafe PayloadRegion(
                UnsafeRawBufferPointer(rebasing: memory[range]), in: self))
    }
}

extension PayloadBuffer {
    /// The payload that some of its bytes are.
    ///
    /// - Parameter part: Lies in `memory`.
    package func payload(_ part: UnsafeRawBufferPointer) -> Payload {
        Payload(region: unsafe PayloadRegion(part, in: self))
    }

    /// The payload that a copy of another is, at the beginning of this.
    package func filled(with payload: Payload) -> Payload {
        unsafe payload.withBytes { unsafe filled(with: $0) }
    }

    /// The payload that a copy of bytes is, at the beginning of this.
    package func filled(with bytes: UnsafeRawBufferPointer) -> Payload {
        switch origin {
        case .heap: unsafe memory.copyMemory(from: bytes)
        case .pool(let pool, _): unsafe pool.copy(bytes, to: memory)
        }
        return payload(0..<bytes.count)
    }
}
