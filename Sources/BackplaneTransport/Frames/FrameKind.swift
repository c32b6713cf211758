// SPDX-License-Identifier: Apache-2.0

/// What a frame says.
///
/// Kinds below 64 go from the host to a worker, the others from a worker to its host. A number
/// never changes its meaning.
public enum FrameKind: UInt8, Sendable, CaseIterable {
    // Host to worker.

    /// Open a plugin; answered by `opened`.
    case open = 1
    /// Make the instance; answered by `outcome`, as are the other steps of a life.
    case create = 2
    /// Take exclusive resources.
    case start = 3
    /// Run a method.
    case invoke = 4
    /// The outcome of a call is no longer wanted.
    case cancel = 5
    /// End background work.
    case stop = 6
    /// Give the state.
    case save = 7
    /// Take up a state.
    case restore = 8
    /// The outcome of a nested call.
    case reply = 9
    /// The outcome of a request.
    case answer = 10
    /// A message of a nested call.
    case nestedMessage = 11
    /// A request of a nested call.
    case nestedQuestion = 12
    /// Messages of a call were consumed.
    case credit = 13
    /// End, in good order.
    case exit = 14
    /// Check itself; a step of a life.
    case selfTest = 15
    /// A nested call sends and asks nothing any more, and goes on.
    case nestedClosed = 16
    /// Say how it is doing; a step of a life, that may be taken at any time.
    case health = 17

    // Worker to host.

    /// The plugin was opened and describes itself, or could not be.
    case opened = 64
    /// How a call, or a step of a life, ended.
    case outcome = 65
    /// A message of a call, or of the service.
    case message = 66
    /// A question for the caller of a call.
    case request = 67
    /// A nested call.
    case call = 68
    /// A nested call's outcome is no longer wanted.
    case cancelCall = 69
    /// Messages of a nested call were consumed.
    case acknowledge = 70
    /// The answer to a question of a nested call.
    case respond = 71
    /// A log record.
    case log = 72
    /// The instance cannot go on.
    case failed = 73
    /// A function is provided.
    case provide = 74
    /// A call sends and asks nothing any more, and goes on.
    case closed = 75
    /// A call was not begun, and is the host's again.
    case returned = 76

    /// Whether a host may receive it.
    public var isFromWorker: Bool { rawValue >= 64 }
}
