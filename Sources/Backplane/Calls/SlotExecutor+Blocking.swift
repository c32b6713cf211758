// SPDX-License-Identifier: Apache-2.0

import CBackplane

extension SlotExecutor {
    /// Runs code that may block on a thread of the slot, while the task that asks for it is suspended.
    func blocking<Value: Sendable>(
        _ work: @escaping @Sendable () throws(BackplaneError) -> Value
    ) async throws(BackplaneError) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, BackplaneError>, Never>) in
            let errand = unsafe Unmanaged.passRetained(
                Errand {
                    do throws(BackplaneError) {
                        continuation.resume(returning: .success(try work()))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                })
            unsafe host.execute(runErrand, errand.toOpaque())
        }
        return try result.get()
    }
}

/// Work on its way through the host.
private final class Errand: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private let runErrand: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
    guard let context = unsafe context else { return }
    // SAFETY: the host runs each job once, with the context it was given.
    unsafe Unmanaged<Errand>.fromOpaque(context).takeRetainedValue().run()
}
