// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The large memory that the code of one plugin instance may name: what it is lent at this moment, and
/// the buffers that it has references to.
///
/// A plugin names memory by where it lies, and its own references by numbers: one that it uses after
/// giving it back is not found.
@safe
package final class PluginMemory: Sendable {
    private struct Entry {
        let payload: Payload
        let start: UInt
        let end: UInt
        var references = 1
    }

    private struct State {
        var next: UInt = 1
        var entries: [UInt: Entry] = [:]
        /// The numbers of the entries, by where they begin.
        var order: [UInt] = []
    }

    /// So many entries that begin before an address are looked at: mostly the first is the one.
    private static let looks = 8

    private let state = Mutex(State())
    /// Where large payloads are copied to that lie elsewhere.
    private let pool: BufferPool?

    /// - Parameter pool: The memory that large payloads of the plugin are sent in, where all are sent on
    ///   one way.
    package init(sendingIn pool: BufferPool? = nil) {
        self.pool = pool
    }

    /// How many pieces there are.
    package var count: Int { state.withLock { $0.entries.count } }

    /// Lends a payload, which may be kept while `body` runs.
    ///
    /// Without a result: generic code would not be specialised for another module.
    package func lend(_ payload: Payload, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard payload.count > Payload.copiedSize else { return unsafe payload.withBytes(body) }
        unsafe payload.withBytes { bytes in
            let number = unsafe insert(payload, bytes)
            defer { release(number) }
            unsafe body(bytes)
        }
    }

    /// Takes in a buffer that the plugin gets a reference to; its number.
    package func add(_ buffer: PayloadBuffer) -> UInt {
        let payload = unsafe buffer.payload(0..<buffer.memory.count)
        return unsafe payload.withBytes { unsafe insert(payload, $0) }
    }

    /// Makes one more reference to memory that is here; nothing when it isn't.
    package func keep(_ bytes: UnsafeRawPointer?, _ size: UInt64) -> UInt? {
        guard size > UInt64(Payload.copiedSize) else { return nil }
        let start = UInt(bitPattern: bytes)
        return state.withLock { state in
            guard let number = Self.find(start, size, in: state) else { return nil }
            state.entries[number]?.references += 1
            return number
        }
    }

    /// Takes a reference back.
    package func release(_ number: UInt) {
        // Let go of outside of the lock: it may be somebody's last.
        _ = state.withLock { state -> Payload? in
            guard var entry = state.entries[number] else { return nil }
            entry.references -= 1
            guard entry.references == 0 else {
                state.entries[number] = entry
                return nil
            }
            state.entries[number] = nil
            let place = state.order.firstIndex(of: number)
            if let place { state.order.remove(at: place) }
            return entry.payload
        }
    }

    /// The payload of memory that is here, not copied; nothing when it isn't.
    package func payload(_ bytes: UnsafeRawPointer?, _ size: UInt64) -> Payload? {
        guard size > UInt64(Payload.copiedSize) else { return nil }
        let start = UInt(bitPattern: bytes)
        let whole = state.withLock { state in
            Self.find(start, size, in: state).flatMap { state.entries[$0]?.payload }
        }
        return unsafe whole?.part(UnsafeRawBufferPointer(start: bytes, count: Int(size)))
    }

    /// The payload that a plugin has made: not copied if it is large and lies in memory that is here, else
    /// a copy.
    package func take(_ bytes: UnsafeRawPointer?, _ count: Int) -> Payload {
        let source = unsafe UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count)
        guard source.count > Payload.copiedSize else { return unsafe Payload(copying: source) }
        if let known = unsafe payload(bytes, UInt64(count)) { return known }
        if let pool, pool.takesCopies(of: count), let buffer = pool.take(count) {
            return unsafe buffer.filled(with: source)
        }
        return unsafe Payload(copying: source)
    }

    private func insert(_ payload: Payload, _ bytes: UnsafeRawBufferPointer) -> UInt {
        let start = UInt(bitPattern: bytes.baseAddress)
        let entry = Entry(payload: payload, start: start, end: start + UInt(bytes.count))
        return state.withLock { state in
            let number = state.next
            state.next += 1
            let place = Self.place(after: start, in: state)
            state.entries[number] = entry
            state.order.insert(number, at: place)
            return number
        }
    }

    /// Where the entries begin that begin behind an address.
    private static func place(after start: UInt, in state: State) -> Int {
        var range = 0..<state.order.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let isBehind = state.entries[state.order[middle]].map { $0.start > start } ?? false
            range = isBehind ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
        }
        return range.lowerBound
    }

    private static func find(_ start: UInt, _ size: UInt64, in state: State) -> UInt? {
        var place = place(after: start, in: state)
        let last = max(0, place - looks)
        while place > last {
            place -= 1
            let number = state.order[place]
            guard let entry = state.entries[number] else { continue }
            if entry.end >= start, UInt64(entry.end - start) >= size { return number }
        }
        return nil
    }
}
