// SPDX-License-Identifier: Apache-2.0

extension Bytes {
    /// So many bytes are left free in front of what is built, for the head that is sent before it; the
    /// content then begins where a line of the cache does.
    package static let room = 64

    /// Whether there is a size of memory for so many bytes.
    package static func canHold(_ capacity: Int) -> Bool { (0...Int.max - room).contains(capacity) }

    /// Memory of this process, for bytes that are built in it.
    @safe
    private final class Heap: Sendable {
        // SAFETY: one object's alone until it is built, and never changed after that.
        nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

        init(_ count: Int) {
            unsafe memory = .allocate(byteCount: count, alignment: 64)
        }

        deinit {
            unsafe memory.deallocate()
        }
    }

    /// Builds bytes in memory of this process.
    ///
    /// - Parameters:
    ///   - capacity: How many there may be; a negative one is a mistake in the program, as for an array.
    ///   - fill: Appends them; what it doesn't is not part of the value.
    public init<Failure: Error>(
        capacity: Int, initializingWith fill: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(capacity >= 0, "a capacity is not negative")
        let heap = Heap(Self.room + capacity)
        try unsafe self.init(in: heap.memory, of: heap, fill)
    }

    /// Builds bytes in memory that somebody keeps, behind the room for a head.
    package init<Failure: Error>(
        in memory: UnsafeMutableRawBufferPointer, of owner: any AnyObject & Sendable,
        _ fill: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        // SAFETY: the memory is the owner's, which nobody else has yet.
        let place = unsafe UnsafeMutableBufferPointer(
            rebasing: memory.bindMemory(to: UInt8.self)[Self.room...])
        var output = unsafe OutputSpan(buffer: place, initializedCount: 0)
        try fill(&output)
        let count = unsafe output.finalize(for: place)
        self.init(
            .memory(
                unsafe BytesMemory(
                    UnsafeBufferPointer(rebasing: place[..<count]), room: Self.room, owner: owner)))
    }

    /// These bytes behind a head: in place where there is room for it, else a copy.
    package func headed(by head: [UInt8]) -> Bytes {
        if case .memory(let memory) = place, let headed = memory.headed(by: head) {
            return Bytes(.memory(headed))
        }
        var bytes = head
        bytes.reserveCapacity(head.count + count)
        bytes.append(from: span)
        return Bytes(bytes)
    }
}
