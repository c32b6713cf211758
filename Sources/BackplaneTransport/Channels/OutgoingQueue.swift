// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What waits to be written to a stream socket, and the writing.
struct OutgoingQueue {
    /// Payloads up to here are copied next to their headers; larger ones are written where they lie.
    private static let copiedPayload = 16 << 10

    private enum Chunk {
        case bytes([UInt8])
        case payload(Payload)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .payload(let payload): payload.count
            }
        }

        func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
            switch self {
            case .bytes(let bytes): unsafe bytes.withUnsafeBytes(body)
            case .payload(let payload): unsafe payload.withBytes(body)
            }
        }
    }

    private var chunks: [Chunk] = []
    /// The chunks before this one are written.
    private var first = 0
    /// So many bytes of the first one are written.
    private var offset = 0

    /// Whether a thread is there that writes when the socket has room.
    var hasWriter = false
    private(set) var isClosed = false
    private(set) var queuedBytes = 0

    var isEmpty: Bool { first == chunks.count }

    mutating func append(_ frames: [Frame]) {
        for frame in frames {
            queuedBytes += FrameHeader.size + frame.fields.count + frame.payload.count
        }
        var bytes: [UInt8] = []
        for frame in frames {
            bytes.reserveCapacity(bytes.count + FrameHeader.size + frame.fields.count)
            FrameHeader(frame).write(to: &bytes)
            bytes.append(contentsOf: frame.fields)
            if frame.payload.count <= Self.copiedPayload {
                unsafe frame.payload.withBytes { unsafe bytes.append(contentsOf: $0) }
            } else {
                chunks.append(.bytes(bytes))
                chunks.append(.payload(frame.payload))
                bytes = []
            }
        }
        if !bytes.isEmpty { chunks.append(.bytes(bytes)) }
    }

    /// Writes as much as the socket takes; the error when it takes nothing any more.
    mutating func write(to descriptor: CInt) -> TransportError? {
        while !isEmpty {
            let count = writeOnce(to: descriptor)
            if count < 0 {
                let error = errno
                if error == EAGAIN || error == ENOBUFS { return nil }
                close()
                return error == EPIPE || error == ECONNRESET
                    ? .channelClosed : .lastError("sendmsg", error)
            }
            advance(by: count)
        }
        return nil
    }

    mutating func close() {
        isClosed = true
        chunks = []
        first = 0
        offset = 0
        queuedBytes = 0
    }

    /// The first chunk and, as headers and payloads alternate, the second, in one system call.
    private func writeOnce(to descriptor: CInt) -> Int {
        unsafe chunks[first].withBytes { head in
            let head = unsafe UnsafeRawBufferPointer(rebasing: head[offset...])
            guard first + 1 < chunks.count else {
                return unsafe Socket.send(
                    descriptor, head, UnsafeRawBufferPointer(rebasing: head[..<0]))
            }
            return unsafe chunks[first + 1].withBytes { next in
                unsafe Socket.send(descriptor, head, next)
            }
        }
    }

    private mutating func advance(by count: Int) {
        queuedBytes -= count
        var rest = count
        while rest > 0 {
            let left = chunks[first].count - offset
            if rest < left {
                offset += rest
                return
            }
            rest -= left
            offset = 0
            // Gives the payload's memory back now, not when the queue is empty.
            chunks[first] = .bytes([])
            first += 1
        }
        if first == chunks.count {
            chunks.removeAll(keepingCapacity: true)
            first = 0
        }
    }
}
