// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// Threads that learn of the ends of workers before their processes have ended: one for some hundred.
///
/// A process tells of its end once its memory is given back, which takes most of a millisecond. Its main
/// thread ends before that, and the kernel then clears a word in memory that the host sees. The word is
/// the worker's: that it is clear is a reason to look, and nothing more.
final class DeathWatch: Sendable {
    private let threads = Mutex<[WatchThread]>([])

    deinit {
        stop()
    }

    /// Calls `handler` once, soon after the word of life in a worker's memory is clear.
    ///
    /// It runs on a thread for many workers and must not block.
    func add(_ region: SharedRegion, as number: UInt64, _ handler: @escaping @Sendable () -> Void) {
        threads.withLock { threads in
            if threads.contains(where: { $0.add(region, as: number, handler) }) { return }
            // Without a thread, or where the kernel can't, it is learned a little later.
            guard !threads.contains(where: \.hasGivenUp), let thread = WatchThread() else { return }
            _ = thread.add(region, as: number, handler)
            threads.append(thread)
        }
    }

    func remove(_ number: UInt64) {
        for thread in threads.withLock({ $0 }) { thread.remove(number) }
    }

    func stop() {
        let all = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in all { thread.stop() }
    }
}

/// One of them.
@safe
private final class WatchThread: Sendable {
    private final class Entry: Sendable {
        let region: SharedRegion
        let call: @Sendable () -> Void

        init(_ region: SharedRegion, _ call: @escaping @Sendable () -> Void) {
            self.region = region
            self.call = call
        }
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var isStopped = false
    }

    /// What one system call takes, but for the word that is for changes.
    private static let capacity = 127

    // SAFETY: a word of our own, as long as there is this object, which its thread holds.
    nonisolated(unsafe) private let changes: UnsafeMutablePointer<UInt32>
    private let state = Mutex(State())

    init?() {
        unsafe changes = .allocate(capacity: 1)
        unsafe changes.initialize(to: 0)
        guard Threads.start("bp-deaths", { self.run() }) else { return nil }
    }

    deinit {
        unsafe changes.deallocate()
    }

    /// Whether the kernel can't.
    var hasGivenUp: Bool { state.withLock { $0.isStopped } }

    /// False when it has as many as it can have.
    func add(_ region: SharedRegion, as number: UInt64, _ call: @escaping @Sendable () -> Void)
        -> Bool
    {
        let isIn = state.withLock { state in
            guard state.entries.count < Self.capacity, !state.isStopped else { return false }
            state.entries[number] = Entry(region, call)
            return true
        }
        if isIn { change() }
        return isIn
    }

    func remove(_ number: UInt64) {
        // It goes on to sleep on the word too, for nothing, until something changes.
        let wasHere = state.withLock { $0.entries.removeValue(forKey: number) != nil }
        if wasHere { change() }
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.entries = [:]
        }
        change()
    }

    private func change() {
        unsafe clinux_add32(changes, 1)
        unsafe clinux_futex_wake(changes, 1)
    }

    private func run() {
        while true {
            let seen = unsafe clinux_load32(changes)
            let (entries, isStopped) = state.withLock { ($0.entries, $0.isStopped) }
            if isStopped { return }
            var ended: [Entry] = []
            var words = unsafe [UnsafeRawPointer?(UnsafeRawPointer(changes))]
            for (number, entry) in entries {
                if entry.region.load32(RegionLayout.alive) == 1 {
                    unsafe words.append(entry.region.alive)
                } else {
                    state.withLock { $0.entries[number] = nil }
                    ended.append(entry)
                }
            }
            for entry in ended { entry.call() }
            guard ended.isEmpty else { continue }
            let values = [seen] + [UInt32](repeating: 1, count: unsafe words.count - 1)
            let hasSlept = unsafe clinux_futex_wait_any(words, values, CInt(values.count))
            if hasSlept < 0 { return giveUp() }
        }
    }

    /// The kernel can't: ends are learned as the processes end.
    private func giveUp() {
        state.withLock { state in
            state.isStopped = true
            state.entries = [:]
        }
    }
}
