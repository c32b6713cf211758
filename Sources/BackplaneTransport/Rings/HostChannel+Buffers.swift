// SPDX-License-Identifier: Apache-2.0

/// The memory that large payloads for the worker lie in.
extension HostChannel {
    /// The pool of this side.
    package var pool: BufferPool { sender.pool }
}
