// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

extension ForkedWorker {
    /// The memory that it reads large arguments in.
    var pool: BufferPool { channel.pool }
}
