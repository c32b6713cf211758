// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import CBackplane
internal import Synchronization

/// An instance of a plugin in this process: the host's half of the ABI.
///
/// It lives for ever, like the image: plugin code may come back to its host table at any time.
@safe
final class PluginInstance: Sendable {
    let context: InstanceContext
    private let image: PluginImage
    private let threads: any JobThreads
    private let lifecycleThreads: ElasticThreads
    private let environment: CallEnvironment

    private struct State {
        var nested = NumberTable<Call>()
        var questions: [UInt64: Question] = [:]
    }

    /// The large memory that the plugin may name.
    let memory = PluginMemory()
    /// What it calls.
    let targets = KnownTargets()
    private let state = Mutex<State>(State())
    private let handle = Atomic<UInt>(0)
    private let table = Atomic<UInt>(0)
    /// Whether a step of its life did not return.
    private let isStuck = Atomic<Bool>(false)

    /// - Parameters:
    ///   - threads: Where what the plugin resumes runs.
    ///   - lifecycleThreads: Where the steps of its life run.
    init(
        image: PluginImage, context: InstanceContext, threads: any JobThreads,
        lifecycleThreads: ElasticThreads, environment: CallEnvironment
    ) {
        self.image = image
        self.context = context
        self.threads = threads
        self.lifecycleThreads = lifecycleThreads
        self.environment = environment
    }

    private var instance: UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: handle.load(ordering: .acquiring))
    }

    // MARK: Its life

    /// Creates the instance: its `init`.
    func create(slot: UInt32, configuration: Payload, within limit: Duration) async -> Outcome {
        // SAFETY: the table refers to this object, which from here on is never freed.
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        guard let host = unsafe HostTable.make(context) else {
            return .error(.internal, "out of memory")
        }
        table.store(UInt(bitPattern: host), ordering: .releasing)
        return await unsafe perform("init", within: limit) { call in
            var made: UnsafeMutableRawPointer?
            guard
                let host = unsafe UnsafeRawPointer(
                    bitPattern: self.table.load(ordering: .acquiring))
            else { return false }
            unsafe configuration.withBytes { bytes in
                unsafe backplane_plugin_create(
                    self.image.descriptor, host, slot, UInt32(self.context.generation),
                    UInt32(self.context.worker), self.context.service.name,
                    self.context.identifier, self.context.directory,
                    bytes.bindMemory(to: UInt8.self).baseAddress, UInt64(bytes.count), call, &made)
            }
            self.handle.store(UInt(bitPattern: made), ordering: .releasing)
            return true
        }
    }

    /// Has it take its exclusive resources and begin its background work.
    func start(within limit: Duration) async -> Outcome {
        await unsafe perform("start", within: limit) { call in
            unsafe backplane_plugin_start(self.image.descriptor, self.instance, call) != 0
        }
    }

    /// Has it give everything back.
    func stop(within limit: Duration) async -> Outcome {
        guard unsafe instance != nil else { return .value(.null) }
        return await unsafe perform("stop", within: limit) { call in
            unsafe backplane_plugin_stop(self.image.descriptor, self.instance, call) != 0
        }
    }

    /// Has it give its state.
    ///
    /// - Parameter version: The version that is wanted; `nil` for the plugin's own.
    func save(as version: Int? = nil, within limit: Duration) async -> Outcome {
        guard unsafe instance != nil else { return notThere }
        guard let number = UInt32(exactly: version ?? 0), number > 0 || version == nil else {
            return .error(.noState(context.service.name, version: version))
        }
        return await unsafe perform(
            "save", within: limit,
            without: .error(.noState(context.service.name, version: version))
        ) { call in
            unsafe backplane_plugin_save_as(self.image.descriptor, self.instance, number, call)
                != 0
        }
    }

    /// Has it take up a state that another instance gave.
    func restore(_ state: Payload, within limit: Duration) async -> Outcome {
        guard unsafe instance != nil else { return notThere }
        return await unsafe perform(
            "restore", within: limit, without: .error(.noState(context.service.name, version: nil))
        ) { call in
            unsafe state.withBytes { bytes in
                unsafe backplane_plugin_restore(
                    self.image.descriptor, self.instance,
                    bytes.bindMemory(to: UInt8.self).baseAddress, UInt64(bytes.count), call) != 0
            }
        }
    }

    /// Has it check itself; a value when it finds nothing, or has no check.
    func selfTest(within limit: Duration) async -> Outcome {
        guard unsafe instance != nil else { return notThere }
        return await unsafe perform("selfTest", within: limit) { call in
            unsafe backplane_plugin_self_test_run(self.image.descriptor, self.instance, call) != 0
        }
    }

    /// Has it say how it is doing; a value when it has no check.
    func health(within limit: Duration) async -> Outcome {
        guard unsafe instance != nil else { return notThere }
        return await unsafe perform("health", within: limit) { call in
            unsafe backplane_plugin_health_check(self.image.descriptor, self.instance, call) != 0
        }
    }

    private var notThere: Outcome {
        .error(
            .unavailable(context.service.name, because: "its instance was never made, or is gone"))
    }

    /// Frees it, unless a step of its life is still inside.
    ///
    /// Only when no call of it runs.
    func destroy() async {
        guard unsafe instance != nil, !isStuck.load(ordering: .acquiring) else { return }
        await lifecycleThreads.perform {
            guard let instance = unsafe self.instance else { return }
            self.handle.store(0, ordering: .releasing)
            unsafe backplane_plugin_destroy(self.image.descriptor, instance)
        }
    }

    /// Runs one step on a thread of its own, as a call that the plugin completes.
    ///
    /// - Parameters:
    ///   - missing: The outcome when the plugin does not have the step.
    ///   - body: Returns `false` when the plugin does not have the step.
    private func perform(
        _ step: String, within limit: Duration, without missing: Outcome = .value(.null),
        body: @escaping @Sendable (OpaquePointer) -> Bool
    ) async -> Outcome {
        let now = Instant.now
        let deadline = now.advanced(by: limit)
        let observer = OutcomeObserver()
        let call = Call(
            number: environment.nextNumber(), service: context.service.name, method: step,
            arguments: .null, deadline: deadline, submitted: now, parent: nil, depth: 0,
            observer: observer, environment: environment)
        call.watchDeadline()
        let returned = Promise(by: deadline, else: false, in: environment.deadlines)
        lifecycleThreads.run(
            .closure {
                let reference = unsafe Unmanaged.passRetained(call)
                if unsafe !body(OpaquePointer(reference.toOpaque())) {
                    // SAFETY: the plugin never saw the reference.
                    unsafe reference.release()
                    call.complete(missing)
                }
                returned.keep(true)
            })
        return await withTaskCancellationHandler {
            let outcome = await observer.outcome
            // `create` may complete its call before it has stored the handle. A thread that is still
            // inside the plugin must not find the instance destroyed.
            if await !returned.value { isStuck.store(true, ordering: .releasing) }
            return outcome
        } onCancel: {
            call.cancel()
            returned.keep(false)
        }
    }

    // MARK: Calls

    /// Runs a method on this thread, until it suspends.
    func invoke(_ call: Call, method: MethodEntry) {
        guard let instance = unsafe instance else {
            return call.refuse(.unavailable(call.service, because: "it has been stopped"))
        }
        call.markStarted()
        // SAFETY: the plugin owns this reference until it completes the call.
        let reference = unsafe OpaquePointer(Unmanaged.passRetained(call).toOpaque())
        unsafe memory.lend(call.arguments) { bytes in
            unsafe backplane_plugin_invoke(
                image.descriptor, instance, method.index,
                bytes.bindMemory(to: UInt8.self).baseAddress, UInt64(bytes.count),
                call.deadline.nanoseconds, reference)
        }
        // A cancellation that came while the plugin did not know the call yet told it nothing.
        if call.isOver, !call.has(.settled) { cancel(call) }
    }

    /// Tells the plugin that a call is no longer wanted.
    func cancel(_ call: Call) {
        // What has settled is none of the plugin's any more, which may be gone with it.
        guard !call.has(.settled), let instance = unsafe instance else { return }
        // SAFETY: borrowed; the plugin only compares it.
        let reference = unsafe OpaquePointer(Unmanaged.passUnretained(call).toOpaque())
        unsafe backplane_plugin_cancel(image.descriptor, instance, reference)
    }

    /// The boxes of a method's direct form.
    func direct(_ method: MethodEntry) -> DirectFunction? {
        guard let instance = unsafe instance, !method.isProvidedFunction,
            let functions = unsafe backplane_plugin_extension(
                image.descriptor, BACKPLANE_FUNCTIONS_EXTENSION)
        else { return nil }
        var synchronous: UnsafeRawPointer?
        var asynchronous: UnsafeRawPointer?
        unsafe backplane_plugin_functions_method(
            functions, instance, method.index, &synchronous, &asynchronous)
        guard unsafe synchronous != nil || asynchronous != nil else { return nil }
        return unsafe DirectFunction(
            kind: backplane_plugin_functions_kind(functions), synchronous: synchronous,
            asynchronous: asynchronous)
    }

    // MARK: What the plugin asks for; see HostTable

    func run(_ job: SlotJob) {
        threads.run(job)
    }

    /// Begins a call that this thread is about to block for, where there is a short way for it.
    func begin(_ target: KnownTarget, by caller: BlockedCaller, timeout: UInt64) -> PlainCall? {
        // What is called when a call was too late must not take the deadlines' thread.
        guard !environment.deadlines.isOwnThread else { return nil }
        return context.begin(target, .lent(by: caller), timeout: timeout)
    }

    func submit(
        _ request: CallRequest, observer: NestedObserver, isBlocking: Bool
    ) -> UInt64 {
        var request = request
        request.isBlocking = isBlocking
        // A plugin that calls on when its call was too late does so here: not with another's code.
        if environment.deadlines.isOwnThread { request.entry = .elsewhere }
        guard let call = context.submit(request, observer: observer) else { return 0 }
        // Most calls that run inline are over by now; only the others can be cancelled.
        if !call.isOver {
            state.withLock { $0.nested.insert(call, for: call.number) }
            if call.isOver { forget(call.number) }
        }
        if isBlocking { call.block() }
        return call.number
    }

    func nested(_ number: UInt64) -> Call? { state.withLock { $0.nested[number] } }

    func forget(_ number: UInt64) {
        _ = state.withLock { $0.nested.remove(number) }
    }

    func open(_ question: Question) {
        state.withLock { state in
            if state.questions.count >= 256 {
                state.questions = state.questions.filter { !$0.value.isOver }
            }
            state.questions[question.number] = question
        }
    }

    func close(_ question: UInt64) -> Question? {
        state.withLock { $0.questions.removeValue(forKey: question) }
    }
}

/// Gives the outcome of a call to a task.
final class OutcomeObserver: CallObserver {
    private let promise = Promise<Outcome>()

    var outcome: Outcome {
        get async { await promise.value }
    }

    func finished(_ call: Call, with outcome: Outcome) {
        promise.keep(outcome)
    }
}
