// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// What the in-process and the async slot share: one instance of the plugin in this process, from
/// opening the image to destroying the instance.
final class LocalInstance: Sendable {
    private let plan: SlotPlan
    private let threads: any JobThreads
    private let made = OnceReference<PluginInstance>()
    private let isStarted = Atomic<Bool>(false)

    init(_ plan: SlotPlan, threads: any JobThreads) {
        self.plan = plan
        self.threads = threads
    }

    var environment: CallEnvironment { plan.environment }
    var instance: PluginInstance? { made.object }

    /// Opens and creates; undoes everything when a step fails.
    func create(as kind: SlotKind) async throws(CallError) -> PluginDescription {
        let opened: Result<PluginImage, ImageError> = await plan.threads.perform { [plan] in
            do throws(ImageError) {
                if let embedded = plan.plugin.embedded { return .success(embedded.image) }
                return .success(try PluginImage.open(path: plan.plugin.path))
            } catch {
                return .failure(error)
            }
        }
        let image: PluginImage
        switch opened {
        case .success(let opened): image = opened
        case .failure(let error): throw CallError(error)
        }
        let context = plan.context(worker: 1)
        let instance = made.set(
            PluginInstance(
                image: image, context: context, threads: threads, lifecycleThreads: plan.threads,
                environment: plan.environment))
        let limit = plan.service.startTimeout
        let outcome = await instance.create(
            slot: kind.number, configuration: plan.configuration, within: limit)
        if let error = outcome.error {
            await instance.destroy()
            context.close()
            throw error
        }
        return image.description
    }

    /// Takes up a state.
    func restore(_ state: Payload) async throws(CallError) {
        guard let instance else { throw Self.absent }
        let outcome = await instance.restore(state, within: plan.service.startTimeout)
        if let error = outcome.error { throw error }
    }

    /// Starts; undoes everything when that fails.
    func start() async throws(CallError) {
        guard let instance else { throw Self.absent }
        let outcome = await instance.start(within: plan.service.startTimeout)
        guard let error = outcome.error else {
            return isStarted.store(true, ordering: .releasing)
        }
        await instance.destroy()
        instance.context.close()
        throw error
    }

    /// Gives its state.
    func save(as version: Int?) async throws(CallError) -> Payload {
        guard let instance else { throw Self.absent }
        let outcome = await instance.save(as: version, within: plan.current.drainTimeout)
        switch outcome {
        case .value(let state): return state
        case .error(let error): throw error
        }
    }

    /// Asks it how it is doing.
    func health(within limit: Duration) async -> [InstanceHealth] {
        guard let instance else { return [] }
        return [
            InstanceHealth(
                await instance.health(within: limit), of: instance.context.identifier)
        ]
    }

    private static let absent = CallError(.internal, "there is no instance")

    /// Stops and destroys the instance.
    ///
    /// One whose calls did not end is stopped but never freed.
    func stop(isDrained: Bool) async {
        guard let instance else { return }
        if isStarted.exchange(false, ordering: .acquiringAndReleasing) {
            let outcome = await instance.stop(within: plan.current.drainTimeout)
            if let error = outcome.error {
                instance.context.log(.warning, "stop failed", [LogKey.error: error.message])
            }
        }
        if isDrained { await instance.destroy() }
        instance.context.close()
    }

    /// How long calls may take to end once they were cancelled.
    var grace: Duration { min(.seconds(1), plan.current.drainTimeout) }

    /// Why a call does not get in.
    func refusal(isClosed: Bool) -> CallError {
        isClosed
            ? .unavailable(plan.service.name, because: "it is being stopped")
            : .overloaded(plan.service.name, queue: plan.service.queue)
    }

    func direct(_ method: MethodEntry) -> DirectFunction? {
        // Direct calls can't be counted against a limit.
        guard plan.service.concurrency == nil else { return nil }
        return instance?.direct(method)
    }
}

extension CallError {
    /// Words for a call that ran when its service was stopped.
    static func cutOff(_ call: Call) -> CallError {
        CallError(
            .cancelled,
            "service '\(call.service)' was stopped while it ran \(call.service).\(call.method)")
    }

    /// Words for a plugin that can't be opened.
    ///
    /// A file that is not whole, or can't be read, may be better a moment later; the others stay what
    /// they are until somebody builds them anew.
    init(_ error: ImageError) {
        let isPassing = error.code == .incomplete || error.code == .unreadable
        self.init(isPassing ? .unavailable : .incompatible, error.message)
    }
}
