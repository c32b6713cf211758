// SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle

extension ServiceManager: ServiceLifecycle.Service {
    /// Starts the registered services, and returns when each is up or has failed.
    ///
    /// Nothing happens if they were started before. A service that fails is no error here: others
    /// run, calls of it say what is wrong, and it comes up when that is mended.
    ///
    /// - Throws: `unavailable` when there can't be a host, or the manager was shut down.
    public func start() async throws(BackplaneError) {
        try await life.start()
    }

    /// Starts the registered services and runs them until a graceful shutdown, the task's
    /// cancellation, or ``shutdown()``.
    ///
    /// - Throws: What ``start()`` throws.
    public func run() async throws {
        try await start()
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await life.end()
            } onGracefulShutdown: {
                self.life.abandon()
            }
        } onCancel: {
            life.abandon()
        }
    }

    /// Lets the running calls end, stops all services, and returns when nothing of them is left.
    ///
    /// The second time, it does nothing; a manager that was shut down does not start again.
    public func shutdown() async {
        life.abandon()
        // Why it ended, if it was not this, `start` and `run` have said.
        try? await life.end()
    }
}
