// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import CBackplane
internal import CLinux
internal import Glibc
internal import Synchronization

/// A worker: one instance of one plugin, driven through a channel.
///
/// Threads: the main thread runs what is bound to the main actor; one reads the channel and runs no
/// code of the plugin; one runs its callbacks; methods, steps and jobs run on pools.
final class WorkerRuntime: Sendable {
    let channel: any Channel
    private let taken: TakenCount
    let calls = CallTable()
    let replies = PendingReplies()
    /// Methods and steps: the host decides how many run at once, so each has its thread at once.
    let methods = JobPool(name: "bp-method", eager: .max)
    /// What the plugin gives to `execute`: mostly short, so a few threads, more when they block.
    let jobs = JobPool(name: "bp-job", eager: max(4, sysconf(CInt(_SC_NPROCESSORS_ONLN)) * 2))
    let callbacks: SerialThread
    /// The stream of the service itself, outside of any call.
    let service = RunningCall(number: 0)
    /// Senders that wait for room; a count that only wakes them.
    let room = Monitor<UInt64>(0)
    let plugin = Mutex<PluginInstance?>(nil)
    let providedNames = Mutex<Set<String>>([])

    /// Never returns: runs until the host says so, or is gone.
    static func run(channel: any Channel, taken: TakenCount) -> Never {
        guard let callbacks = SerialThread(name: "bp-callback") else { _exit(71) }
        let runtime = WorkerRuntime(channel: channel, taken: taken, callbacks: callbacks)
        // First of all: without it nobody would see the host go.
        guard Threads.start("bp-channel", { runtime.read() }) else { _exit(71) }
        MainQueue.run()
    }

    private init(channel: any Channel, taken: TakenCount, callbacks: SerialThread) {
        self.channel = channel
        self.taken = taken
        self.callbacks = callbacks
    }

    private func read() -> Never {
        do throws(TransportError) {
            while try channel.receive({ for frame in $0 { handle(frame) } }) != .closed {}
        } catch {
            Diagnostics.write("backplane-worker: \(error.message)")
        }
        // The host is gone, and so is every reason to be here.
        clinux_die_with_group()
    }

    /// Sends frames; a closed channel is noticed by the reader, which ends the process.
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
        case .open: methods.run { self.open(frame) }
        case .create: methods.run { self.create(frame) }
        case .start, .stop, .save, .restore, .selfTest, .health: methods.run { self.step(frame) }
        case .invoke:
            // From here on it may have run.
            taken.increment()
            // Known from here on, so that a cancel that follows at once finds it.
            let deadline = Instant(nanoseconds: frame.argument)
            calls.insert(RunningCall(number: frame.number, deadline: deadline))
            methods.run { self.invoke(frame) }
        case .cancel: cancel(frame.number)
        case .reply, .answer: reply(frame)
        case .nestedMessage, .nestedQuestion, .nestedClosed: nested(frame)
        case .credit: credit(frame)
        case .exit: methods.run { self.end() }
        case .opened, .outcome, .message, .request, .call, .cancelCall, .acknowledge, .respond,
            .log, .failed, .provide, .closed:
            Diagnostics.write("backplane-worker: the host sent a worker's frame")
            clinux_die_with_group()
        }
    }

    // MARK: - Calls

    private func invoke(_ frame: Frame) {
        guard let call = calls.find(frame.number) else { return }
        guard let plugin = plugin.withLock({ $0 }), unsafe plugin.handle != nil else {
            return complete(call.number, .error(BACKPLANE_UNAVAILABLE, "there is no instance"))
        }
        let isFunction = frame.code & BACKPLANE_PROVIDED_FUNCTION != 0
        guard isFunction || Int(frame.code) < plugin.image.description.methods.count else {
            return complete(
                call.number, .error(BACKPLANE_NOT_FOUND, "there is no method \(frame.code)"))
        }
        guard !call.isCancelled else {
            return complete(
                call.number, .error(BACKPLANE_CANCELLED, "cancelled before it was started"))
        }
        unsafe frame.payload.withBytes { payload in
            let bytes = unsafe payload.bindMemory(to: UInt8.self)
            unsafe backplane_plugin_invoke(
                plugin.image.descriptor, plugin.handle, frame.code, bytes.baseAddress,
                UInt64(bytes.count), call.deadline.nanoseconds, CallTable.handle(call.number))
        }
    }

    /// Ends a call with the first outcome that comes.
    func complete(_ number: UInt64, _ outcome: FrameOutcome) {
        guard let (call, outcome) = calls.complete(number, outcome) else { return }
        send(Frame(.outcome, number: call.number, outcome: outcome))
        wake(call)
    }

    private func cancel(_ number: UInt64) {
        // The host says it again at the deadline of a call that goes on.
        guard let call = calls.find(number), call.cancel() else { return }
        wake(call)
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

extension FrameOutcome {
    /// An error of the runtime's own.
    static func error(_ code: Int, _ message: String) -> FrameOutcome {
        FrameOutcome(code: UInt32(code), message: message)
    }
}
