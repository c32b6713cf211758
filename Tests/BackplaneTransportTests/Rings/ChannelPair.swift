// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Synchronization
import Testing

@testable import BackplaneTransport

/// Both ends of a channel in one process, with a thread at the worker's end that takes what comes.
final class ChannelPair: Sendable {
    let host: HostChannel
    let worker: WorkerChannel
    /// What the host has received.
    let heard = Kept()
    /// What the worker has received.
    let taken = Kept()
    private let readers = ReaderThreads()
    private let hasEnded = Monitor(false)

    /// Makes a channel.
    ///
    /// - Parameter answer: What the worker does with a frame, on the thread that took it.
    init(
        layout: RegionLayout = RegionLayout(poolBytes: 8 << 20),
        leases: SpinLeases = SpinLeases(isOn: false),
        isRead: Bool = true,
        answer: @escaping @Sendable (WorkerChannel, Frame) -> Void = { _, _ in }
    ) throws {
        let made = try HostChannel.make(layout: layout, leases: leases)
        host = made.channel
        // The eventfd is the worker channel's own.
        defer { for memory in [made.peer.host, made.peer.worker] { close(memory) } }
        worker = try WorkerChannel(made.peer, layout: layout)
        host.attach(heard)
        if isRead { try readers.add(host) }
        let (worker, taken, hasEnded) = (worker, taken, hasEnded)
        let answers = Answers(answer)
        try #require(
            Threads.start("test-worker") {
                Self.serve(worker, taken, answers)
                hasEnded.withLock { $0 = true }
                hasEnded.notify(all: true)
            })
    }

    deinit {
        host.finish()
        readers.remove(host)
        readers.close()
    }

    /// A final class, because a bare closure in a generic box is wrapped anew at each access.
    private final class Answers: Sendable {
        let call: @Sendable (WorkerChannel, Frame) -> Void
        init(_ call: @escaping @Sendable (WorkerChannel, Frame) -> Void) { self.call = call }
    }

    private static func serve(_ worker: WorkerChannel, _ taken: Kept, _ answers: Answers) {
        while true {
            // What was published before the end is taken before it counts.
            let isLast = worker.hasEnded
            do throws(TransportError) {
                while try worker.next({ incoming in
                    let frame = incoming.frame
                    taken.append(frame)
                    answers.call(worker, frame)
                }) {}
            } catch {
                return taken.note(error)
            }
            if isLast { return }
            worker.waitForMore()
        }
    }

    /// Whether the worker's thread has come to its end within some seconds.
    func workerEnds() -> Bool {
        hasEnded.wait(until: .now.advanced(by: .seconds(20))) { $0 ? true : nil } ?? false
    }
}

/// Frames that were received, in order.
final class Kept: FrameReader {
    struct State {
        var frames: [Frame] = []
        var error: TransportError?
    }

    private let state = Monitor(State())

    var frames: [Frame] { state.withLock { $0.frames } }
    var error: TransportError? { state.withLock { $0.error } }
    var count: Int { state.withLock { $0.frames.count } }

    func received(_ frame: borrowing IncomingFrame, at moment: Instant) -> FrameVerdict {
        append(frame.frame)
        return .useful
    }

    func broke(_ error: TransportError) { note(error) }

    func append(_ frame: Frame) {
        state.withLock { $0.frames.append(frame) }
        state.notify(all: true)
    }

    func note(_ error: TransportError) {
        state.withLock { $0.error = error }
        state.notify(all: true)
    }

    func forget() { state.withLock { $0.frames = [] } }

    /// Waits until there are so many; false after some seconds.
    func waits(for count: Int, seconds: Int = 60) -> Bool {
        state.wait(until: .now.advanced(by: .seconds(seconds))) {
            $0.frames.count >= count ? true : nil
        } ?? false
    }
}

extension HostChannel {
    /// Does something as one who looks.
    func entered<Result>(_ body: (HostChannel) -> Result) -> Result {
        enter()
        defer { leave() }
        return body(self)
    }
}
