// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport

/// Where the code of one generation of a service runs: its instances and the calls in them.
///
/// The three kinds of slot behave alike in everything a caller can see; one test suite runs in each
/// to prove it.
protocol Slot: AnyObject, Sendable {
    /// Opens the plugin and creates its instances.
    ///
    /// - Returns: What the plugin says of itself.
    /// - Throws: The error of the step that failed, with everything that was begun undone.
    func create() async throws(CallError) -> PluginDescription

    /// Has the instance take up a state, between `create` and `start`.
    func restore(_ state: Payload) async throws(CallError)

    /// Has the instances take their exclusive resources; from then on calls run.
    ///
    /// - Throws: The error of the step that failed, with everything that was begun undone.
    func start() async throws(CallError)

    /// Takes a call over: runs it now or later, and settles it, whatever happens.
    ///
    /// A call that finds no room is finished with `overloaded`.
    ///
    /// - Parameter entry: Whether plugin code may run on this thread before this returns.
    /// - Returns: `false` when it takes no more calls: this one is the caller's again, untouched.
    func submit(_ call: Call, method: MethodEntry, entry: CallEntry) -> Bool

    /// Runs a call of which nothing but the outcome is wanted, where there is a short way for it and room.
    ///
    /// - Returns: Nothing where it has to be submitted like any other.
    func begin(_ request: consuming PlainRequest, of method: MethodEntry) -> PlainCall?

    /// Gives back the calls that have not begun.
    func takeWaiting() -> [Call]

    /// Waits until nothing runs or waits, and takes no more calls from that very moment.
    ///
    /// - Returns: Whether that moment came within `time`.
    func seal(within time: Duration) async -> Bool

    /// Takes calls again, after `seal`.
    func unseal()

    /// Gives the state, while sealed.
    ///
    /// - Parameter version: The version to give it in; `nil` for the plugin's own.
    func save(as version: Int?) async throws(CallError) -> Payload

    /// Takes no more calls, gives the running ones `drain` to end, cancels the rest, stops the
    /// instances.
    ///
    /// Returns when nothing of it runs or can be waited for any longer.
    func stop(drain: Duration) async

    /// Has as many workers from now on, without touching those that stay.
    ///
    /// - Throws: Why there are not, with as many as before.
    func resize(to workers: Int) async throws(CallError)

    /// Asks the instances how they are doing, while calls run.
    ///
    /// - Parameter limit: How long each may take to say so.
    func health(within limit: Duration) async -> [InstanceHealth]

    /// Has as many workers stand by as the service's configuration says by now.
    func keepStandbys()

    /// The memory of one of its workers that a payload for it is best built in; nothing where any
    /// memory will do.
    func pool(for size: Int) -> BufferPool?

    /// What it is doing.
    var load: SlotLoad { get }

    /// The boxes of a method's direct form, when callers in this process may have it.
    func direct(_ method: MethodEntry) -> DirectFunction?
}

extension Slot {
    func health(within limit: Duration) async -> [InstanceHealth] { [] }

    func pool(for size: Int) -> BufferPool? { nil }

    /// Only another process takes long enough.
    func begin(_ request: consuming PlainRequest, of method: MethodEntry) -> PlainCall? { nil }

    /// Only processes come and go: threads are a matter of the whole generation.
    func resize(to workers: Int) async throws(CallError) {}

    /// Only processes take long enough to make.
    func keepStandbys() {}
}

/// Whose thread a call may take.
enum CallEntry: Sendable {
    /// Plugin code may run on the submitting thread.
    case inline
    /// The submitting thread belongs to the host and is given back at once.
    case elsewhere
}

/// What a slot is doing at one moment.
struct SlotLoad: Sendable, Equatable {
    /// Calls that plugin code is busy with.
    var running = 0
    /// Calls that wait for room.
    var waiting = 0
    /// Threads or processes; 0 in-process.
    var workers = 0
    /// Workers that were started again after a death.
    var restarts = 0
    /// Processes that are made and stand by for one that dies.
    var standbys = 0
    /// The processes of a forked slot.
    var processes: [Int32] = []
    /// The process that they are forked from, with the plugin open.
    var template: Int32?
}

/// A closure of a provider in this process, as the ABI passes it.
@safe
struct DirectFunction: Sendable {
    /// What sort of boxes they are.
    let kind: UInt32
    // SAFETY: boxes are immortal, as the ABI promises.
    nonisolated(unsafe) let synchronous: UnsafeRawPointer?
    nonisolated(unsafe) let asynchronous: UnsafeRawPointer?
}
