// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// The memory that large payloads of a worker are copied to, some of it kept for the next ones.
///
/// Memory from the system comes page by page at first touch, which costs more than the copy.
@safe
final class ReceivedBlocks: Sendable {
    /// So many bytes are kept at most while nobody needs them.
    private static let keptBytes = 16 << 20
    private static let page = 4096

    @safe
    private struct Block: @unchecked Sendable {
        // SAFETY: handed from one owner to the next, under the lock or by the one who has it.
        let base: UnsafeMutableRawPointer
        let size: Int
    }

    private struct State {
        /// The last one given back comes last: it is the warmest.
        var blocks: [Block] = []
        var bytes = 0
    }

    private let state = Mutex(State())

    deinit {
        for block in state.withLock({ $0.blocks }) { unsafe free(block.base) }
    }

    /// A copy of bytes; nothing when there is no memory.
    func copy(_ bytes: UnsafeRawBufferPointer) -> Payload? {
        guard let block = take(bytes.count) else { return nil }
        if let source = bytes.baseAddress {
            unsafe block.base.copyMemory(from: source, byteCount: bytes.count)
        }
        return Payload(
            region: unsafe PayloadRegion(
                UnsafeRawBufferPointer(start: block.base, count: bytes.count)
            ) { self.give(block) })
    }

    private func take(_ count: Int) -> Block? {
        let size = (max(1, count) + Self.page - 1) & ~(Self.page - 1)
        let known = state.withLock { state -> Block? in
            // One that is far too large is left for those that need it.
            let place = state.blocks.lastIndex { $0.size >= size && $0.size <= 2 * size }
            guard let place else { return nil }
            state.bytes -= state.blocks[place].size
            return state.blocks.remove(at: place)
        }
        if let known { return known }
        // malloc, because a claim that there is no memory for must not end the process.
        return unsafe malloc(size).map { unsafe Block(base: $0, size: size) }
    }

    private func give(_ block: Block) {
        let spare = state.withLock { state -> [Block] in
            guard block.size <= Self.keptBytes else { return [block] }
            state.blocks.append(block)
            state.bytes += block.size
            var spare: [Block] = []
            while state.bytes > Self.keptBytes {
                let oldest = state.blocks.removeFirst()
                state.bytes -= oldest.size
                spare.append(oldest)
            }
            return spare
        }
        for block in spare { unsafe free(block.base) }
    }
}
