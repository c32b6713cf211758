// SPDX-License-Identifier: Apache-2.0

public import BackplaneTransport

/// The calls that begin outside of any service.
extension Host {
    /// Calls a method of a service, with the retries that its configuration allows.
    ///
    /// In-process methods run on the caller's thread until they suspend. Cancelling the task cancels
    /// the call.
    ///
    /// - Parameters:
    ///   - arguments: One CBOR item: an array by position, a map by name, or the one argument.
    ///   - timeout: For the whole call; `nil` takes the method's own, for each attempt.
    public func call(
        _ service: String, _ method: String, arguments: Payload, timeout: Duration? = nil
    ) async -> Outcome {
        let target = CallTarget(service: service, method: method)
        retrier.noteCall()
        guard !Task.isCancelled,
            let call = resources.router.begin(
                target, arguments, timeout: timeout, retrier: retrier)
        else { return await callWhole(target, arguments, timeout: timeout) }
        call.look()
        return await call.end
    }

    /// As `call`, by the way that all other calls go.
    private func callWhole(
        _ target: CallTarget, _ arguments: Payload, timeout: Duration?
    ) async -> Outcome {
        let request = CallRequest(target: target, arguments: arguments, entry: .inline)
            .ending(within: timeout)
        let router = resources.router
        let end = AwaitedOutcome()
        let attempt = router.route(request, observer: end)
        if Task.isCancelled { attempt.call.cancel() }
        router.begin(attempt, for: target)
        // Mostly it is over by now. Until here a method that has this thread sees by itself that the
        // task was cancelled (see `CallPhase.inline`); a handler for that costs a tenth of a call.
        if !end.isOver { attempt.call.look { end.isOver } }
        if !end.isOver {
            await withTaskCancellationHandler {
                await end.wait()
            } onCancel: {
                attempt.call.cancel()
            }
        }
        guard let outcome = end.outcome else { return .lost }
        guard let code = outcome.code else { return outcome }
        return await retry(request, after: outcome, attempt.call.end(with: code))
    }

    /// Runs tasks on the thread that reads what forked workers send.
    ///
    /// Many calls of forked services at once are fastest from tasks on it: an outcome is taken out of
    /// shared memory where its task goes on. What runs there must not block.
    ///
    /// ```swift
    /// let executor = try host.readerExecutor()
    /// group.addTask(executorPreference: executor) { await host.call("compute", "double", arguments: …) }
    /// ```
    ///
    /// - Throws: `unavailable` when the system has no thread left.
    public func readerExecutor() throws(CallError) -> any TaskExecutor {
        do throws(TransportError) {
            return try resources.workers.readers.executor()
        } catch {
            throw CallError(.unavailable, error.message)
        }
    }

    /// What comes of the attempts that follow one that failed, if any do.
    private func retry(
        _ request: CallRequest, after outcome: Outcome, _ end: RetryPolicy.End
    ) async -> Outcome {
        let audience = AwaitedOutcome()
        let calls = retrier.call(request, audience: audience)
        await withTaskCancellationHandler {
            calls.ended(with: outcome, end)
            await audience.wait()
        } onCancel: {
            calls.cancel()
        }
        return audience.outcome ?? .lost
    }
}

extension Outcome {
    /// A wait that ended too soon: a mistake of ours.
    static let lost = Outcome.error(.internal, "the call ended without an outcome")
}

extension Host: CallGateway {
    func start(
        _ target: String, arguments: Payload, options: CallOptions, audience: any CallAudience
    ) -> any RunningCall {
        let call = retrier.call(
            CallRequest(target: CallTarget(target), arguments: arguments), options: options,
            audience: audience)
        call.begin()
        return call
    }
}
