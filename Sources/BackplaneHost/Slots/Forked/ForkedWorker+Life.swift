// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport

/// The steps of a worker's life, each with a deadline.
///
/// A step throws what the plugin says against it, `crashed` when the worker dies of it, and
/// `deadline-exceeded` when it does not end; the worker is the caller's to end then.
extension ForkedWorker {
    /// Has it open the plugin, which is checked before any other code of it runs.
    func open(
        _ plan: SlotPlan, by deadline: Instant
    ) async throws(CallError) -> PluginDescription {
        try Self.description(in: await step("open", by: deadline, FirstSteps.open(plan)))
    }

    /// Has it make the instance.
    func create(_ plan: SlotPlan, by deadline: Instant) async throws(CallError) {
        _ = try await step("init", by: deadline, FirstSteps.create(plan, context))
    }

    /// Reads what a plugin says of itself, as a worker that opened it answers.
    static func description(in opened: Frame) throws(CallError) -> PluginDescription {
        do throws(TransportError) {
            return try PluginDescription(fields: opened.payload.bytes)
        } catch {
            throw CallError(.incompatible, "the plugin's description: \(error.message)")
        }
    }

    /// Has the instance take its exclusive resources and begin its background work.
    func start(by deadline: Instant) async throws(CallError) {
        _ = try await step("start", by: deadline, Frame(.start))
    }

    /// Has the instance give its state.
    ///
    /// - Parameter version: The version that is wanted; `nil` for the plugin's own.
    func save(as version: Int? = nil, by deadline: Instant) async throws(CallError) -> Payload {
        guard let number = UInt32(exactly: version ?? 0), number > 0 || version == nil else {
            throw .noState(context.service.name, version: version)
        }
        return try await step("save", by: deadline, Frame(.save, argument: UInt64(number))).payload
    }

    /// Has the instance take up a state.
    func restore(_ state: Payload, by deadline: Instant) async throws(CallError) {
        guard state.count <= environment.payloadLimit else {
            throw .tooLarge(
                "the state of service '\(context.service.name)'", state.count,
                limit: environment.payloadLimit)
        }
        _ = try await step("restore", by: deadline, Frame(.restore, payload: state))
    }

    /// Asks the instance how it is doing; one without a check is healthy.
    func health(by deadline: Instant) async -> InstanceHealth {
        let outcome: Outcome
        do throws(CallError) {
            outcome = .value(try await step("health", by: deadline, Frame(.health)).payload)
        } catch {
            outcome = .error(error)
        }
        return InstanceHealth(outcome, of: identifier)
    }

    /// Has the instance check itself; one without a check passes.
    func selfTest(by deadline: Instant) async throws(CallError) {
        _ = try await step("selfTest", by: deadline, Frame(.selfTest))
    }
}

extension CallError {
    /// There is no state, or none of the version that is wanted.
    static func noState(_ service: String, version: Int?) -> CallError {
        guard let version else {
            return CallError(
                .incompatible, "the plugin of service '\(service)' has no state to save or restore")
        }
        return CallError(
            .incompatible,
            "the plugin of service '\(service)' can't save its state as version \(version)")
    }
}
