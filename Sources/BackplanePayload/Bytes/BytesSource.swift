// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Borrowed memory that is being decoded, and who can keep it: what `Bytes` are read from it stay there.
package final class BytesSource: Sendable {
    /// The memory that this code decodes.
    @TaskLocal private static var current: BytesSource?

    /// Smaller byte strings are copied: they are not worth holding up a large piece of memory.
    static let keptSize: UInt64 = 16 << 10

    private enum State {
        case unasked
        case asked((any AnyObject & Sendable)?)
    }

    private let start: UInt
    private let end: UInt
    private let keep: @Sendable () -> (any AnyObject & Sendable)?
    private let state = Mutex(State.unasked)

    /// - Parameter keep: Makes what keeps all of the memory as it is; nothing when it can't be. Called
    ///   once at most, and only while the memory is borrowed.
    package init(
        _ memory: UnsafeRawBufferPointer,
        keep: @escaping @Sendable () -> (any AnyObject & Sendable)?
    ) {
        start = UInt(bitPattern: memory.baseAddress)
        end = start + UInt(memory.count)
        self.keep = keep
    }

    /// Decodes with `Bytes` kept where they lie, if they lie in this memory.
    package func use<Result, Failure: Error>(
        _ decode: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let result = Self.$current.withValue(self) {
            () -> Swift.Result<Result, Failure> in
            do throws(Failure) {
                return .success(try decode())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Bytes that stay where they are; nothing when they have to be copied.
    static func bytes(at part: UnsafeBufferPointer<UInt8>) -> Bytes? {
        unsafe current?.bytes(at: part)
    }

    private func bytes(at part: UnsafeBufferPointer<UInt8>) -> Bytes? {
        let address = UInt(bitPattern: part.baseAddress)
        guard address >= start, address <= end, UInt(part.count) <= end - address,
            let owner = owner
        else { return nil }
        // What lies in front is there to stay, too: a head among it need not be written again.
        let front = Int(address - start)
        return Bytes(
            .memory(unsafe BytesMemory(part, room: front, written: front, owner: owner)))
    }

    private var owner: (any AnyObject & Sendable)? {
        state.withLock { state in
            if case .asked(let owner) = state { return owner }
            let owner = keep()
            state = .asked(owner)
            return owner
        }
    }
}
