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
        /// It is ending, for this reason; some of its threads may still run.
        func dying(_ reason: WorkerExit.Reason)
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
        tell(\.isDying) { $0.dying($1) }
    }

    /// Its pidfd says that it has ended.
    func noteDeath() {
        tell(\.isDead) { $0.died($1) }
    }

    /// Tells its observer something of its end, unless it was told before, or all has been said.
    private func tell(
        _ isTold: WritableKeyPath<State, Bool>,
        _ say: (any EndObserver, WorkerExit.Reason) -> Void
    ) {
        guard let reason = certainReason else { return }
        let observer: (any EndObserver)? = state.withLock { state in
            guard state.exit == nil, !state[keyPath: isTold], let observer = state.observer else {
                return nil
            }
            state[keyPath: isTold] = true
            return observer
        }
        if let observer { say(observer, reason) }
    }

    /// Why it is ending, if it is and that is not to be taken for anything else.
    ///
    /// An exit with status 0 looks like none. Should the number be another process's by now, that one
    /// is hardly dying too. Source: proc_pid_stat(5), `exit_code`.
    private var certainReason: WorkerExit.Reason? {
        let descriptor = unsafe open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 2048) { buffer, count in
            let size = unsafe read(descriptor, buffer.baseAddress, buffer.count)
            count = max(0, size)
        }
        // The last field; the process's name is the only one that could hold anything.
        guard let space = bytes.lastIndex(of: UInt8(ascii: " ")) else { return nil }
        var status: Int32 = 0
        for byte in bytes[(space + 1)...] where byte != UInt8(ascii: "\n") {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), status < 1 << 20 else {
                return nil
            }
            status = status * 10 + Int32(byte - UInt8(ascii: "0"))
        }
        return status == 0 ? nil : WorkerExit.Reason(status: status)
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
