// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// One side's memory, mapped: writable by its owner, read-only for the other side.
///
/// The numbers in it are read and written atomically. What the other side wrote is a claim.
@safe
final class SharedRegion: Sendable {
    let layout: RegionLayout
    let isOwn: Bool
    // SAFETY: a mapping of our own, unmapped in deinit, of a file whose size is sealed.
    nonisolated(unsafe) private let memory: UnsafeMutableRawPointer

    /// Maps what is behind a descriptor, which the caller may close afterwards.
    ///
    /// - Parameter isOwn: Whether this side writes it.
    init(
        descriptor: CInt, layout: RegionLayout, isOwn: Bool
    ) throws(TransportError) {
        // Accesses beyond the end of a file are faults: whoever made it, it is as large as we think.
        guard clinux_size(descriptor) == Int64(layout.size) else {
            throw TransportError(.malformed, "a channel's memory has another size than agreed")
        }
        guard let memory = unsafe clinux_map_shared(descriptor, layout.size, isOwn ? 1 : 0) else {
            throw .lastError("mmap")
        }
        self.layout = layout
        self.isOwn = isOwn
        unsafe self.memory = memory
    }

    deinit {
        unsafe clinux_unmap(memory, layout.size)
    }

    // MARK: Numbers

    @inline(__always)
    func load(_ offset: Int) -> UInt64 { unsafe clinux_load(memory + offset) }

    @inline(__always)
    func store(_ offset: Int, _ value: UInt64) {
        assert(isOwn)
        unsafe clinux_store(memory + offset, value)
    }

    @inline(__always)
    func load32(_ offset: Int) -> UInt32 { unsafe clinux_load32(memory + offset) }

    @inline(__always)
    func store32(_ offset: Int, _ value: UInt32) {
        assert(isOwn)
        unsafe clinux_store32(memory + offset, value)
    }

    /// Notes the processor that this thread is on.
    ///
    /// Written only when it is another one: to take the line back from who looks at it costs as much as the
    /// way to the other processor.
    @inline(__always)
    func noteProcessor() {
        let processor = clinux_processor()
        if load32(RegionLayout.processor) != processor {
            store32(RegionLayout.processor, processor)
        }
    }

    /// Adds at once for all to see, around the end, and gives the sum.
    @inline(__always)
    func add32(_ offset: Int, _ value: UInt32) -> UInt32 {
        assert(isOwn)
        return unsafe clinux_add32(memory + offset, value)
    }

    /// Whether its writer waits for something that this side gives: room in the ring, or buffers.
    var wantsSomething: Bool {
        load32(RegionLayout.wantsRoom) != 0 || load32(RegionLayout.wantsMemory) != 0
    }

    /// Rings: changes the bell, so that who is about to sleep does not, and wakes who sleeps.
    func ring() {
        assert(isOwn)
        unsafe clinux_add32(memory + RegionLayout.bell, 1)
        unsafe clinux_futex_wake(memory + RegionLayout.bell, 1)
    }

    /// The bell, to be slept on.
    var bell: UnsafeRawPointer { unsafe UnsafeRawPointer(memory + RegionLayout.bell) }

    /// Has the kernel clear the word of life, and wake who sleeps on it, when this thread has ended.
    func tellEndOfThread() {
        assert(isOwn)
        store32(RegionLayout.alive, 1)
        unsafe clinux_clear_at_end(memory + RegionLayout.alive)
    }

    /// The word of life, to be slept on.
    var alive: UnsafeRawPointer { unsafe UnsafeRawPointer(memory + RegionLayout.alive) }

    // MARK: Bytes

    /// The bytes of the ring from line `index` on.
    @inline(__always)
    func line(_ index: Int) -> UnsafeMutableRawPointer {
        unsafe memory + RegionLayout.ring + index * RegionLayout.line
    }

    /// Six words of the ring, each read once.
    @inline(__always)
    func words(_ index: Int) -> (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) {
        let line = unsafe line(index)
        return unsafe (
            clinux_load_relaxed(line), clinux_load_relaxed(line + 8),
            clinux_load_relaxed(line + 16), clinux_load_relaxed(line + 24),
            clinux_load_relaxed(line + 32), clinux_load_relaxed(line + 40)
        )
    }

    /// Asks for the lines at `index`, two of them, for writing.
    @inline(__always)
    func expectToWrite(line index: Int) {
        let line = unsafe line(index)
        unsafe clinux_prefetch(line)
        // Beyond the last there is the pool.
        unsafe clinux_prefetch(line + RegionLayout.line)
    }

    /// A part of the pool, which the caller has checked to lie in it.
    func pool(_ offset: Int, _ count: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(
            start: memory + layout.pool + offset, count: count)
    }
}
