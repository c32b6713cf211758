// SPDX-License-Identifier: Apache-2.0

import CBackplane
import Synchronization

/// A call that plugin code is running, from its arrival to its outcome; the next one may be made of the same
/// object, if nobody has that any more.
///
/// It outlives its end for whoever captured it; using it then is an error, never a fault. The
/// host's call is retained for as long (see `keep`).
final class RunningCall: Sendable {
    /// The call of the code that runs now.
    ///
    /// Children of a task inherit it, detached ones don't.
    @TaskLocal static var active: RunningCall?

    /// What a call is for.
    enum Purpose: Sendable {
        /// A method: it has messages, requests and nested calls.
        case method
        /// A step of the instance's life: what it sends is the service's.
        case life
    }

    private enum Work: Sendable {
        case waiting
        case running(Task<Void, Never>)
        case cancelled
        case ended
    }

    let purpose: Purpose
    // SAFETY: written when it is made, and in `begin`, while one thread alone has it.
    private nonisolated(unsafe) var terms: (pointer: CallPointer, deadline: UInt64)
    let instance: InstanceCore
    private let hasEnded = Atomic(false)
    private let hasClosed = Atomic(false)
    private let isKept = Atomic(false)
    private let work = Mutex(Work.waiting)

    init(_ pointer: CallPointer, purpose: Purpose, deadline: UInt64, of instance: InstanceCore) {
        unsafe terms = (pointer, deadline)
        self.purpose = purpose
        self.instance = instance
    }

    var pointer: CallPointer { unsafe terms.pointer }
    /// Nanoseconds of the monotonic clock; `UInt64.max` for none.
    var deadline: UInt64 { unsafe terms.deadline }

    /// Has it be another call, where it is over and nobody else has it, so that none needs memory of its own.
    ///
    /// Not one whose host's call is kept, nor one that a task ran.
    func begin(_ pointer: CallPointer, deadline: UInt64) {
        unsafe terms = (pointer, deadline)
        hasEnded.store(false, ordering: .relaxed)
        hasClosed.store(false, ordering: .relaxed)
    }

    deinit {
        if isKept.load(ordering: .acquiring) { instance.host.release(pointer) }
    }

    /// Holds the host's call beyond its end; only who knows that nobody else has this one may end it
    /// without.
    func keep() {
        guard !isKept.exchange(true, ordering: .acquiringAndReleasing) else { return }
        instance.host.retain(pointer)
    }

    /// Whether it is a call of `instance`: one image may hold several.
    func belongs(to instance: InstanceCore) -> Bool { self.instance === instance }

    /// Whether its outcome was given.
    var isOver: Bool { hasEnded.load(ordering: .acquiring) }

    /// Whether it is over, or its outcome is no longer wanted.
    var isCancelled: Bool { isOver || instance.host.isCancelled(pointer) }

    /// Whether its messages and requests were closed before its end.
    var isClosed: Bool { hasClosed.load(ordering: .acquiring) }

    /// Closes its messages and requests.
    ///
    /// The first time counts.
    func closeStream() {
        guard !hasClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        instance.host.close(pointer)
    }

    /// Gives the host the outcome.
    ///
    /// The first time counts.
    func complete(_ ending: Ending) {
        guard !hasEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
        switch ending {
        case .value(let payload): instance.host.complete(pointer, payload)
        case .encoded(let bytes): instance.host.complete(pointer, bytes)
        case .refused(let error): instance.host.complete(pointer, error)
        case .threw(let error):
            instance.host.complete(
                pointer,
                error.saysCancelled && instance.host.isCancelled(pointer)
                    ? BackplaneError(.cancelled, "the call was cancelled") : .failure(error))
        }
    }

    /// Runs an asynchronous step to its outcome, on this thread up to its first suspension.
    func run(_ operation: @escaping @Sendable () async -> Ending) {
        keep()
        instance.calls.add(self)
        instance.executor.runInline {
            let ending = await RunningCall.$active.withValue(self, operation: operation)
            self.instance.calls.remove(self)
            self.complete(ending)
            self.work.withLock { $0 = .ended }
        } whenMade: { task in
            let cancel = self.work.withLock { work in
                switch work {
                case .cancelled: return true
                case .waiting, .running, .ended:
                    work = .running(task)
                    return false
                }
            }
            // A cancellation that came before the call was registered went unheard.
            if cancel || self.instance.host.isCancelled(self.pointer) { task.cancel() }
        }
    }

    /// Cancels the task that runs the call, now or as soon as there is one.
    func cancel() {
        let task: Task<Void, Never>? = work.withLock { work in
            switch work {
            case .waiting:
                work = .cancelled
                return nil
            case .running(let task): return task
            case .cancelled, .ended: return nil
            }
        }
        task?.cancel()
    }
}

extension Error {
    /// Whether it is what code throws that heeds its cancellation.
    var saysCancelled: Bool {
        self is CancellationError || (self as? BackplaneError)?.code == .cancelled
    }
}
