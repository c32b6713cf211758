// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage

/// Where the code of one generation of a service runs: its instances and the calls in them.
///
/// The three kinds of slot behave alike in everything a caller can see; one test suite runs in each
/// to prove it.
protocol Slot: AnyObject, Sendable {
    /// Opens the plugin, creates and starts its instances.
    ///
    /// - Returns: What the plugin says of itself.
    /// - Throws: The error of the step that failed, with everything that was begun undone.
    func start() async throws(CallError) -> PluginDescription

    /// Takes a call over: runs it now or later, and settles it, whatever happens.
    ///
    /// A call that finds no room is finished with `overloaded`.
    ///
    /// - Parameter entry: Whether plugin code may run on this thread before this returns.
    func submit(_ call: Call, method: MethodEntry, entry: CallEntry)

    /// Takes no more calls, gives the running ones `drain` to end, cancels the rest, stops the
    /// instances.
    ///
    /// Returns when nothing of it runs or can be waited for any longer.
    func stop(drain: Duration) async

    /// What it is doing.
    var load: SlotLoad { get }

    /// The boxes of a method's direct form, when callers in this process may have it.
    func direct(_ method: MethodEntry) -> DirectFunction?
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
    /// The processes of a forked slot.
    var processes: [Int32] = []
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
