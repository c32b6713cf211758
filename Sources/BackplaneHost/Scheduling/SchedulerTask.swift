// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

/// Something that a scheduler runs, as often as it is submitted, with handlers for what comes of it.
public final class SchedulerTask: Sendable {
    /// `service.method`, or what the closure was called.
    public let name: String

    let work: TaskWork
    let timeout: Duration?
    weak let scheduler: Scheduler?
    let handlers = EventHandlers<SubmissionEvent.Kind, (Submission, SubmissionEvent)>()

    init(name: String, work: TaskWork, timeout: Duration?, scheduler: Scheduler) {
        self.name = name
        self.work = work
        self.timeout = timeout
        self.scheduler = scheduler
    }

    /// Submits a run of the task; does not wait for anything.
    ///
    /// What is wrong with it is how it ends.
    ///
    /// - Parameter arguments: By position.
    /// - Returns: `nil` when the scheduler does not run, or runs out: nothing is submitted then.
    @discardableResult
    public func submit<each Argument: Encodable>(_ arguments: repeat each Argument) -> Submission? {
        let payload: CallPlan.Arguments
        do throws(CallError) {
            payload = .success(try .encoding(arguments: repeat each arguments))
        } catch {
            payload = .failure(error)
        }
        return scheduler?.submit(self, payload)
    }

    /// Submits a run of the task with arguments made elsewhere.
    ///
    /// - Parameter arguments: An array by position, a map by name, or the one argument.
    @discardableResult
    public func submit(arguments: Value) -> Submission? {
        let payload: CallPlan.Arguments
        do throws(CallError) {
            payload = .success(try .encoding(arguments, what: "arguments"))
        } catch {
            payload = .failure(error)
        }
        return scheduler?.submit(self, payload)
    }

    // MARK: Events

    /// How often each event happened, over all runs of the scheduler.
    public var counts: [SubmissionEvent.Kind: Int] { handlers.counts }

    /// Registers a handler for an event, which is awaited before the submission goes on.
    ///
    /// Handlers of one submission run one at a time, in the order of its events; those of others run
    /// meanwhile. They may block. One that throws is dealt with by the run's `onException`; if it
    /// handled a message or a request, the submission is cancelled and told.
    ///
    /// - Parameter when: Asked each time; `false` skips the handler.
    public func on<Payload: Sendable>(
        _ occasion: TaskOccasion<Payload>,
        when: @escaping @Sendable () -> Bool = { true },
        _ handler: @escaping @Sendable (Payload) async throws -> Void
    ) {
        handlers.add(occasion.kind, when: when) { submission, event in
            guard let payload = occasion.payload(submission, event) else { return }
            try await handler(payload)
        }
    }

    /// Handles messages with data of one type; another type is the handler's error.
    public func onMessage<Data: Decodable & Sendable>(
        of type: Data.Type, _ handler: @escaping @Sendable (Message<Data>) async throws -> Void
    ) {
        on(.message) { try await handler($0.decoded(as: type)) }
    }

    /// Handles requests with data of one type; another type is the handler's error.
    public func onRequest<Data: Decodable & Sendable>(
        of type: Data.Type, _ handler: @escaping @Sendable (Request<Data>) async throws -> Void
    ) {
        on(.request) { try await handler($0.decoded(as: type)) }
    }
}
