// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// What a worker prints, as lines: its standard output and standard error.
///
/// The pipe is always read at once, so that the worker never waits for its log for long; what is too
/// much is dropped, and counted.
final class WorkerLog: Sendable {
    /// Lines, in order, and how many before them were dropped.
    typealias Sink = @Sendable (_ lines: [String], _ dropped: Int) -> Void

    private struct State {
        var assembler = LineAssembler()
        var budget = LineBudget()
    }

    private static let bytesPerRead = 64 << 10

    private let pipe: CInt
    /// Whose the pipe is, and who closes it.
    private let owner: any AnyObject & Sendable
    private let sink: Sink
    private let state = Mutex(State())

    init(_ pipe: CInt, of owner: any AnyObject & Sendable, sink: @escaping Sink) {
        self.pipe = pipe
        self.owner = owner
        self.sink = sink
    }

    /// Reads on a reactor's thread until the pipe has ended.
    func read(on reactor: Reactor) throws(TransportError) {
        _ = clinux_set_nonblocking(pipe, 1)
        try reactor.add(pipe) { [weak reactor] tag in
            guard self.readOnce(), let reactor else { return }
            reactor.remove(tag, self.pipe)
        }
    }

    /// Reads one piece, so that no worker keeps the others waiting; true at the end.
    private func readOnce() -> Bool {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.bytesPerRead) {
            buffer, count in
            let got = unsafe Glibc.read(pipe, buffer.baseAddress, buffer.count)
            count = max(0, got)
        }
        let error = errno
        if bytes.isEmpty, error == EAGAIN || error == EINTR, !hasHungUp { return false }
        let (lines, dropped) = state.withLock { state in
            var lines = state.assembler.append(bytes[...])
            if bytes.isEmpty, let last = state.assembler.finish() { lines.append(last) }
            return state.budget.admit(lines, now: Instant.now.nanoseconds)
        }
        if !lines.isEmpty || dropped > 0 { sink(lines, dropped) }
        return bytes.isEmpty
    }

    private var hasHungUp: Bool {
        var entry = pollfd(fd: pipe, events: 0, revents: 0)
        return unsafe poll(&entry, 1, 0) > 0
    }
}
