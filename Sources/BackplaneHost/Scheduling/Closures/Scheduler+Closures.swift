// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

extension Scheduler {
    /// A task that runs a closure on a thread, which it may block.
    ///
    /// Arguments and result cross as those of a service's method do. Not in a forked scheduler:
    /// there each submission fails, and says so.
    ///
    /// - Parameters:
    ///   - name: What the task is called in errors.
    ///   - timeout: For each submission; as long as it takes when not given.
    ///   - body: Gets the arguments of `submit`.
    public func task<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        named name: String = "closure", timeout: Duration? = nil,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Result
    ) -> SchedulerTask {
        task(named: name, timeout: timeout, encode: ClosureBody.encodeResult) {
            (_: TaskComm, arguments: (repeat each Argument)) async throws -> Result in
            try await body(repeat each arguments)
        }
    }

    /// A task that runs a closure that returns nothing.
    public func task<each Argument: Decodable & Sendable>(
        named name: String = "closure", timeout: Duration? = nil,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Void
    ) -> SchedulerTask {
        task(named: name, timeout: timeout, encode: ClosureBody.encodeNothing) {
            (_: TaskComm, arguments: (repeat each Argument)) async throws -> Void in
            try await body(repeat each arguments)
        }
    }

    /// A task that runs a closure that sends messages and asks requests.
    ///
    /// ```swift
    /// let task = scheduler.task { (comm: TaskComm, xs: [Int]) in
    ///     for x in xs { try await comm.send(x) }
    /// }
    /// ```
    public func task<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        named name: String = "closure", timeout: Duration? = nil,
        _ body:
            @escaping @concurrent @Sendable (TaskComm, repeat each Argument) async throws ->
            Result
    ) -> SchedulerTask {
        task(named: name, timeout: timeout, encode: ClosureBody.encodeResult) {
            (comm: TaskComm, arguments: (repeat each Argument)) async throws -> Result in
            try await body(comm, repeat each arguments)
        }
    }

    /// A task that runs a closure that sends and asks, and returns nothing.
    public func task<each Argument: Decodable & Sendable>(
        named name: String = "closure", timeout: Duration? = nil,
        _ body:
            @escaping @concurrent @Sendable (TaskComm, repeat each Argument) async throws ->
            Void
    ) -> SchedulerTask {
        task(named: name, timeout: timeout, encode: ClosureBody.encodeNothing) {
            (comm: TaskComm, arguments: (repeat each Argument)) async throws -> Void in
            try await body(comm, repeat each arguments)
        }
    }

    private func task<each Argument: Decodable & Sendable, Result>(
        named name: String, timeout: Duration?,
        encode: @escaping @Sendable (Result) throws(CallError) -> Payload,
        _ body:
            @escaping @concurrent @Sendable (TaskComm, (repeat each Argument)) async throws ->
            Result
    ) -> SchedulerTask {
        let closure = ClosureBody.wrapping(
            decode: { (payload) throws(CallError) -> (repeat each Argument) in
                try payload.decodedArguments()
            }, encode: encode, body)
        return SchedulerTask(
            name: name, work: .closure(closure), timeout: timeout, scheduler: self)
    }
}
