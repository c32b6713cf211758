// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// The arguments of a call, where they are.
enum PlainArguments: ~Copyable, Sendable {
    case payload(Payload)
    /// A thread's that blocks for the call.
    case lent(by: BlockedCaller)

    var count: Int {
        switch self {
        case .payload(let payload): payload.count
        case .lent(let caller): unsafe caller.arguments.count
        }
    }

    /// Whose they are, if they are lent.
    var caller: BlockedCaller? {
        switch self {
        case .payload: nil
        case .lent(let caller): caller
        }
    }

    /// Lends the bytes, which must not leave `body`.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch self {
        case .payload(let payload): try unsafe payload.withBytes(body)
        case .lent(let caller): try unsafe body(caller.arguments)
        }
    }

    /// The same, kept for longer than the call.
    var kept: Payload {
        switch self {
        case .payload(let payload): payload
        case .lent(let caller): unsafe Payload(copying: caller.arguments)
        }
    }
}
