// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import CBackplane
internal import CLinux
internal import Glibc
internal import Synchronization

/// A worker: one instance of one plugin, driven through a channel.
///
/// Threads: the main thread runs what is bound to the main actor; those of the ring read it and run
/// methods (`RingThreads`); one runs callbacks; steps and jobs run on pools.
final class WorkerRuntime: Sendable {
    let channel: WorkerChannel
    let calls = CallTable()
    let replies = PendingReplies()
    /// Steps of the plugin's life: each has its thread at once.
    let steps = JobPool(name: "bp-step", eager: .max)
    /// What the plugin gives to `execute`: mostly short, so a few threads, more when they block.
    let jobs = JobPool(name: "bp-job", eager: max(4, WorkerRuntime.processors * 2))
    /// Asked for before the fork: the answer takes some files to read.
    static let processors = sysconf(CInt(_SC_NPROCESSORS_ONLN))
    /// The ring's two, and one each for steps and jobs.
    static let firstThreads = 4
    /// Callbacks of the plugin: they are not to block, but if one does, the channel is still read and the
    /// end of the host still seen.
    let callbacks = SerialThread(name: "bp-callback")
    /// The stream of the service itself, outside of any call.
    let service = RunningCall(number: 0)
    /// Senders that wait for room; a count that only wakes them.
    let room = Monitor<UInt64>(0)
    let plugin = Mutex<PluginInstance?>(nil)
    /// What methods need of `plugin`, without its lock, once the instance was made.
    let ready = ReadyInstance()
    /// The step of `start` that follows the one of `create`, when both were asked for at once.
    let startingStep = Mutex<(create: UInt64, start: UInt64)?>(nil)
    let providedNames = Mutex<Set<String>>([])
    /// The large memory that the plugin may name.
    let memory: PluginMemory
    /// Synchronous methods that have not completed their calls.
    private let synchronous = Atomic<Int>(0)

    /// Never returns: runs until the host says so, or is gone.
    ///
    /// - Parameter image: The plugin, where the process was forked with it open.
    static func run(channel: WorkerChannel, image: PluginImage? = nil) -> Never {
        let runtime = WorkerRuntime(channel: channel)
        if let image { runtime.plugin.withLock { $0 = unsafe PluginInstance(image: image) } }
        // What was sent ahead is begun while the threads are still on their way.
        if image != nil { runtime.takeAhead() }
        // The threads keep both for ever.
        guard RingThreads(runtime) != nil else { _exit(71) }
        // Without, an end takes longer to be known.
        _ = clinux_keep_memory()
        // A plugin's first job comes with its `start`, for which somebody waits.
        runtime.jobs.prepare()
        MainQueue.run()
    }

    init(channel: WorkerChannel) {
        self.channel = channel
        memory = PluginMemory(sendingIn: channel.pool)
    }

    /// Begins what was sent ahead, up to the making of the instance: calls come after that.
    private func takeAhead() {
        do throws(TransportError) {
            var isLast = false
            while !isLast,
                try channel.next({ frame in
                    isLast = frame.kind == .create
                    handle(frame.frame)
                })
            {}
        } catch {
            Diagnostics.write("backplane-worker: \(error.message)")
            clinux_die_with_group()
        }
    }

    /// Sends frames; that the host is gone is noticed by who reads, which ends the process.
    @discardableResult
    func send(_ frames: Frame...) -> Bool {
        do throws(TransportError) {
            try channel.send(frames)
            return true
        } catch {
            return false
        }
    }

    private func handle(_ frame: Frame) {
        switch frame.kind {
        case .open: steps.run { self.open(frame) }
        case .create: steps.run { self.create(frame) }
        case .start, .stop, .save, .restore, .selfTest, .health: steps.run { self.step(frame) }
        case .cancel: cancel(frame.number)
        case .reply, .answer: reply(frame)
        case .nestedMessage, .nestedQuestion, .nestedClosed: nested(frame)
        case .credit: credit(frame)
        case .exit: steps.run { self.end() }
        case .invoke, .opened, .outcome, .message, .request, .call, .cancelCall, .acknowledge,
            .respond, .log, .failed, .provide, .closed, .returned:
            Diagnostics.write("backplane-worker: the host sent a worker's frame")
            clinux_die_with_group()
        }
    }

    // MARK: - Calls

    /// Takes a call out of the ring; true when it is to be run.
    private func begin(_ frame: borrowing IncomingFrame, _ job: RingJob) -> Bool {
        let code = frame.code
        let instance = ready.with { ($0.isSynchronous(code), $0.concurrency) }
        guard let (isSynchronous, concurrency) = instance else {
            // A host sends calls once there is an instance; what of it: it gets an answer.
            send(
                Frame(
                    .outcome, number: frame.number,
                    outcome: .error(BACKPLANE_UNAVAILABLE, "there is no instance")))
            return false
        }
        // From here on it may have run, or is the host's again.
        channel.countTaken()
        if isSynchronous, synchronous.load(ordering: .relaxed) >= concurrency {
            // It came ahead of its time, and what it would wait for is long: another may take it.
            send(Frame(.returned, number: frame.number))
            return false
        }
        // Known from here on, so that a cancel that follows at once finds it.
        calls.insert(job.take(frame, isSynchronous: isSynchronous))
        if isSynchronous { synchronous.wrappingAdd(1, ordering: .relaxed) }
        return true
    }

    private func invoke(_ job: RingJob) {
        let hasMethod = ready.with { instance in
            guard instance.has(job.method) else { return false }
            unsafe job.withArguments(in: memory) { bytes in
                unsafe backplane_plugin_invoke(
                    instance.descriptor, instance.handle, job.method, bytes.baseAddress,
                    UInt64(bytes.count), job.deadline.nanoseconds, CallTable.handle(job.number))
            }
            return true
        }
        guard hasMethod == true else {
            return complete(
                job.number, .error(BACKPLANE_NOT_FOUND, "there is no method \(job.method)"))
        }
        // A plugin that was told of its end before it had the call is told again.
        if !job.isSynchronous, job.call?.isCancelled == true { tellCancelled(job.number) }
    }

    /// Ends a call with the first outcome that comes.
    func complete(_ number: UInt64, _ outcome: FrameOutcome) {
        guard let call = calls.complete(number, { outcome }) else { return }
        end(call)
        send(Frame(.outcome, number: call.number, outcome: outcome))
        if call.isStep { created(call.number, outcome) }
        if call.mayBeWaitedFor { wake(call) }
    }

    /// Ends a call with a value, which goes into the ring from where the plugin has it.
    ///
    /// - Returns: False when it does not fit there; nothing was done then.
    func complete(_ number: UInt64, inline bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= Payload.copiedSize else { return false }
        guard
            let call = calls.complete(
                number, { FrameOutcome(payload: unsafe Payload(copying: bytes)) })
        else { return true }
        end(call)
        if unsafe !channel.sendInline(.outcome, number: number, bytes) {
            let payload = unsafe Payload(copying: bytes)
            send(Frame(.outcome, number: number, outcome: FrameOutcome(payload: payload)))
        }
        if call.isStep { created(call.number, FrameOutcome()) }
        if call.mayBeWaitedFor { wake(call) }
        return true
    }

    /// Counts a call out, before the host hears of its end and may send the next one at once.
    private func end(_ call: RunningCall) {
        if call.isSynchronous { synchronous.wrappingSubtract(1, ordering: .relaxed) }
    }

    private func cancel(_ number: UInt64) {
        // The host says it again at the deadline of a call that goes on.
        guard let call = calls.find(number), call.cancel() else { return }
        wake(call)
        tellCancelled(number)
    }

    private func tellCancelled(_ number: UInt64) {
        callbacks.run {
            guard let plugin = self.plugin.withLock({ $0 }), let handle = unsafe plugin.handle
            else { return }
            unsafe backplane_plugin_cancel(
                plugin.image.descriptor, handle, CallTable.handle(number))
        }
    }

    // MARK: - What comes for the plugin

    private func reply(_ frame: Frame) {
        guard let entry = replies.take(frame.number) else { return }
        let outcome: FrameOutcome
        do throws(TransportError) {
            outcome = try frame.outcome()
        } catch {
            outcome = .error(BACKPLANE_INTERNAL, error.message)
        }
        callbacks.run { entry.reply(outcome) }
    }

    private func nested(_ frame: Frame) {
        guard let entry = replies.find(frame.number) else { return }
        var reader = FieldReader(frame.fields)
        // An identifier is for people: without one the message still counts.
        let identifier = (try? reader.string()) ?? ""
        callbacks.run {
            switch frame.kind {
            case .nestedMessage: entry.message(frame.payload, identifier: identifier)
            case .nestedClosed: entry.closed()
            default: entry.question(frame.argument, frame.payload, identifier: identifier)
            }
        }
    }

    private func credit(_ frame: Frame) {
        guard let call = frame.number == 0 ? service : calls.find(frame.number) else { return }
        call.credit(frame.argument)
        wake(call)
    }

    /// Lets senders of a call look again: there is room, or it is over.
    func wake(_ call: RunningCall) {
        let waiters = call.takeWaiters()
        if !waiters.isEmpty {
            callbacks.run {
                for waiter in waiters { unsafe waiter.ready(waiter.context) }
            }
        }
        room.withLock { $0 &+= 1 }
        room.notify(all: true)
    }
}

extension WorkerRuntime: RingThreads.Server {
    func next(_ job: RingJob) -> Bool {
        do throws(TransportError) {
            var isJob = false
            while try channel.next({ frame in
                if frame.kind == .invoke {
                    isJob = begin(frame, job)
                } else {
                    handle(frame.frame)
                }
            }) {
                if isJob { return true }
            }
        } catch {
            Diagnostics.write("backplane-worker: \(error.message)")
            clinux_die_with_group()
        }
        // The host is gone, and so is every reason to be here.
        if channel.hasEnded { clinux_die_with_group() }
        return false
    }

    func run(_ job: RingJob) {
        invoke(job)
        job.end()
    }

    func waitForMore() { channel.waitForMore() }
}

extension FrameOutcome {
    /// An error of the runtime's own.
    static func error(_ code: Int, _ message: String) -> FrameOutcome {
        FrameOutcome(code: UInt32(code), message: message)
    }
}
