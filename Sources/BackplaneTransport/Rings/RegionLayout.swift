// SPDX-License-Identifier: Apache-2.0

/// Where things lie in one side's memory: written by that side alone, read by the other.
///
/// Lines that different sides write, or that change at different times, are 128 bytes apart, because
/// processors fetch them in pairs.
///
/// | bytes | what |
/// |---|---|
/// | `[0..<8]` | head u64: lines published since the beginning |
/// | `[128..<136]` | tail u64: lines of the *other* side's ring that were read |
/// | `[260..<264]` | processor u32: where this side looked at its ring last |
/// | `[264..<268]` | lease u32: whether the other side may spin; the host's to give |
/// | `[268..<272]` | wants room u32: this side has more to send than its ring takes |
/// | `[272..<276]` | ended u32: nothing more will come |
/// | `[276..<280]` | wants memory u32: this side waits for buffers that the other side has |
/// | `[280..<284]` | coming u32: large payloads that this side is about to send; the host's |
/// | `[284..<288]` | wake u32: nanoseconds that waking a thread took when it was measured; the host's |
/// | `[384..<388]` | bell u32: on which the *other* side sleeps, rung by this one |
/// | `[512..<520]` | taken u64: calls begun; the worker's |
/// | `[640..<644]` | alive u32: 1 until the main thread has ended, which the kernel then tells; the worker's |
/// | `[768..<772]` | lookers u32: who looks at the other side's ring by himself (`Lookers`) |
/// | `[4096..<8192]` | released u32 × 1024: generations of the other side's leases given back |
/// | `[8192..<8192 + ring]` | the ring, in lines of 64 bytes |
/// | `[8192 + ring..<size]` | the pool of payloads |
public struct RegionLayout: Sendable, Equatable {
    static let head = 0
    static let tail = 128
    static let processor = 260
    static let lease = 264
    static let wantsRoom = 268
    static let ended = 272
    static let wantsMemory = 276
    static let coming = 280
    static let wake = 284
    static let bell = 384
    static let taken = 512
    static let alive = 640
    static let lookers = 768
    static let released = 4096
    static let ring = 8192

    /// The unit of the ring.
    static let line = 64
    /// How many buffers of the pool may be lent at once.
    static let leases = 1024

    /// The bytes of the ring; a power of two.
    public let ringBytes: Int
    /// The bytes of the pool; whole pages.
    public let poolBytes: Int

    /// Makes a layout, sizes rounded up to what they have to be.
    ///
    /// - Parameters:
    ///   - ringBytes: At least 256 KiB, so that the largest record is half of it at most.
    ///   - poolBytes: Memory is taken only for what is used of it, and kept while the worker lives.
    public init(ringBytes: Int = 256 << 10, poolBytes: Int = 256 << 20) {
        var size = 256 << 10
        while size < min(ringBytes, 1 << 30) { size *= 2 }
        self.ringBytes = size
        self.poolBytes = (min(max(poolBytes, 0), 1 << 40) + 4095) & ~4095
    }

    var lines: Int { ringBytes / Self.line }
    var pool: Int { Self.ring + ringBytes }
    var size: Int { pool + poolBytes }
}

/// How many threads of a side look by themselves, in its `lookers` word: without any it wants to be
/// woken, by its eventfd; a worker, which has none, by the bell.
///
/// One word, so that no order in which several of them come and go forgets one that sleeps: each adds
/// to it what is its own, and takes that away again.
enum Lookers {
    static let none: UInt32 = 0
    /// What the one adds that sleeps on the bell, and is among those that are counted.
    static let sleeper: UInt32 = 1 << 31
}
