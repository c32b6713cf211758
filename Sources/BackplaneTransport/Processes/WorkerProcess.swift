// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// A worker process, as its host sees it.
public final class WorkerProcess: Sendable {
    /// The process; its number may be another's once it has ended.
    public let pid: Int32
    /// Refers to the process, and to no other, for ever.
    public let pidfd: CInt
    /// The connection to it.
    public let channel: HostChannel
    /// The reading end of the pipe that is its standard output and error; `WorkerLog` takes it.
    public let log: CInt

    /// Told of the end of a process, as far as it has come.
    public protocol EndObserver: AnyObject, Sendable {
        /// It is ending, as it seems; some of its threads may still run, and it has what it has.
        func dying()
        /// Nothing of it runs any more.
        func died(_ reason: WorkerExit.Reason)
    }

    private struct State {
        var exit: WorkerExit?
        var observer: (any EndObserver)?
        var isDying = false
        var isDead = false
        var handlers: [ExitHandler] = []
    }

    // A class of its own: a closure kept in a generic box is wrapped anew at each access.
    private final class ExitHandler: Sendable {
        let call: @Sendable (WorkerExit) -> Void
        init(_ call: @escaping @Sendable (WorkerExit) -> Void) { self.call = call }
    }

    private let readers: ReaderThreads
    private let state = Mutex(State())

    init(pid: Int32, pidfd: CInt, channel: HostChannel, log: CInt, readers: ReaderThreads) {
        self.pid = pid
        self.pidfd = pidfd
        self.channel = channel
        self.log = log
        self.readers = readers
    }

    deinit {
        close(pidfd)
        close(log)
    }

    /// Has `reader` take what the worker sends, from now on until `hearEnd`.
    public func listen(_ reader: any FrameReader) throws(TransportError) {
        channel.attach(reader)
        try readers.add(channel)
    }

    /// Takes what it had sent before its end, and listens no more.
    public func hearEnd() {
        channel.finish()
        readers.remove(channel)
    }

    /// How it ended, or nothing while it runs.
    public var exit: WorkerExit? { state.withLock { $0.exit } }

    /// Calls `handler` once when the process has ended, at once if it has.
    ///
    /// It runs on the supervising thread and must not block.
    public func onExit(_ handler: @escaping @Sendable (WorkerExit) -> Void) {
        let exit = state.withLock { state in
            if state.exit == nil { state.handlers.append(ExitHandler(handler)) }
            return state.exit
        }
        if let exit { handler(exit) }
    }

    /// Tells `observer` of its end as soon as that can be known for sure, at most once each.
    ///
    /// Sometimes only `onExit` is called. On supervising threads; must not block.
    public func observeEnd(_ observer: any EndObserver) {
        state.withLock { $0.observer = observer }
        noteDying()
    }

    /// Its main thread has ended, as it seems.
    func noteDying() {
        guard ProcessState(of: pid)?.isDying == true else { return }
        observer(telling: \.isDying)?.dying()
    }

    /// Its pidfd says that it has ended.
    func noteDeath() {
        guard let reason = ProcessState(of: pid)?.end else { return }
        observer(telling: \.isDead)?.died(reason)
    }

    /// Whom to tell something of its end; nobody when that was told, or all is known.
    private func observer(
        telling isTold: WritableKeyPath<State, Bool>
    ) -> (any EndObserver)? {
        state.withLock { state in
            guard state.exit == nil, !state[keyPath: isTold], let observer = state.observer else {
                return nil
            }
            state[keyPath: isTold] = true
            return observer
        }
    }

    /// Waits until the process has ended.
    public func waitForExit() async -> WorkerExit {
        await withCheckedContinuation { continuation in
            onExit { continuation.resume(returning: $0) }
        }
    }

    /// Sends a signal; one that comes too late hits nobody.
    public func signal(_ number: Int32) {
        // Only "no such process" can happen, which is what was wanted.
        _ = clinux_pidfd_send_signal(pidfd, number)
    }

    /// Whether the process has ended, by the kernel's word.
    var hasVanished: Bool {
        var entry = pollfd(fd: pidfd, events: CShort(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, 0) > 0
    }

    /// Kills it.
    public func kill() {
        signal(SIGKILL)
    }

    /// Notes the end; false when it was noted before.
    func finish(_ exit: WorkerExit) -> Bool {
        let handlers: [ExitHandler]? = state.withLock { state in
            guard state.exit == nil else { return nil }
            state.exit = exit
            state.observer = nil
            defer { state.handlers = [] }
            return state.handlers
        }
        handlers?.forEach { $0.call(exit) }
        return handlers != nil
    }
}
