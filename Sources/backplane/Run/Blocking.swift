// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport

/// Waits for asynchronous work on a thread that has nothing else to do.
enum Blocking {
    /// The result of `work`, which runs as a task of its own; for the main thread of a verb.
    static func result<Result: Sendable>(
        of work: @escaping @Sendable () async -> Result
    ) -> Result {
        let result = Monitor<Result?>(nil)
        // Its owner is this thread, which waits for it.
        Task.detached(name: "verb") {
            let value = await work()
            result.withLock { $0 = value }
            result.notify(all: true)
        }
        return result.wait { value in
            if let value { return .done(value) }
            return .wait(until: .never)
        }
    }
}
