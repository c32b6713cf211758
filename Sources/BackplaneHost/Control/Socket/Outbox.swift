// SPDX-License-Identifier: Apache-2.0

/// The bytes that a connection has still to write, and what is to be told when they are written.
///
/// One stretch of memory: many small lines leave in one system call.
struct Outbox {
    private var buffer: [UInt8] = []
    private var head = 0
    /// How many bytes have ever been written.
    private var written = 0
    private var receipts: [(end: Int, call: any RunningCall)] = []

    /// How many bytes wait.
    var count: Int { buffer.count - head }

    var isEmpty: Bool { count == 0 }

    /// Adds a line and its end.
    ///
    /// - Parameter call: The call whose message it is; acknowledged when it is written.
    mutating func append(_ line: String, of call: (any RunningCall)? = nil) {
        if head > 1 << 16, head > buffer.count / 2 {
            buffer.removeSubrange(..<head)
            head = 0
        }
        buffer.append(contentsOf: line.utf8)
        buffer.append(UInt8(ascii: "\n"))
        if let call { receipts.append((written + count, call)) }
    }

    /// Offers the bytes that wait to `write`, which says how many it took.
    mutating func write(with write: (UnsafeRawBufferPointer) -> Int) {
        let taken = unsafe buffer.withUnsafeBytes { all in
            unsafe write(UnsafeRawBufferPointer(rebasing: all[head...]))
        }
        guard taken > 0 else { return }
        head += taken
        written += taken
        if head == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 20)
            head = 0
        }
        acknowledge()
    }

    /// Forgets what waits, as if it had been written: nobody is left to read it.
    mutating func discard() {
        written += count
        buffer = []
        head = 0
        acknowledge()
    }

    private mutating func acknowledge() {
        let done = receipts.prefix { $0.end <= written }
        guard !done.isEmpty else { return }
        for receipt in done { receipt.call.acknowledge(1) }
        receipts.removeFirst(done.count)
    }
}
