// SPDX-License-Identifier: Apache-2.0

extension Comm {
    /// Closes the messages and requests of the running call, which goes on.
    ///
    /// The caller hears of it at once, after the messages that were sent before. From then on `send`
    /// and `request` of this call throw `unavailable`, requests that wait for the caller's answer too,
    /// and `trySend` says `false`. Without it they are closed when the call ends.
    ///
    /// Nothing happens the second time, when the call has ended, and outside of one.
    public func close() {
        guard let call, call.purpose == .method, !call.isOver else { return }
        call.closeStream()
    }

    /// The running call's address, for what goes to its caller; none outside of a method.
    ///
    /// - Throws: `unavailable` when the call has ended, or was closed.
    var sender: CallPointer? {
        get throws(BackplaneError) {
            let speaker = try speaker
            if isClosed { throw .closed }
            return speaker
        }
    }

    /// Whether the running call was closed.
    var isClosed: Bool { call?.isClosed ?? false }
}

extension BackplaneError {
    static var closed: BackplaneError {
        BackplaneError(
            .unavailable, "comm.close() was called: the call sends and asks nothing any more")
    }
}
