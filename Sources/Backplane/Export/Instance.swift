// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Logging
import Synchronization

/// One instance of a plugin, behind the handle that the host holds.
///
/// SAFETY: `made` is written once, before `create` is completed, and let go by `destroy`; the host
/// runs nothing of the instance before the one or after the other.
final class Instance: @unchecked Sendable {
    let core: InstanceCore

    private let type: PluginType
    // SAFETY: as above, so no access overlaps with a change. It is looked at for each call, where having that
    // checked would take as long as the rest.
    @exclusivity(unchecked) private var made: PluginType.Made?
    private let spare = SpareCall()
    private let background = Mutex<Task<Void, Never>?>(nil)
    private let boxes = Mutex<[Int: FunctionBox]>([:])

    init(_ type: PluginType, core: InstanceCore) {
        self.type = type
        self.core = core
    }

    // MARK: Life

    func create(_ call: CallPointer) {
        live(call) { [self] in
            unsafe made = try await type.make(Comm(core))
            return Wire.null
        }
    }

    func start(_ call: CallPointer) {
        live(call) { [self] in
            let plugin = try plugin
            try await plugin.start()
            runInBackground(plugin)
            return Wire.null
        }
    }

    func stop(_ call: CallPointer) {
        live(call) { [self] in
            let task = background.withLock { $0.take() }
            task?.cancel()
            await task?.value
            try await plugin.stop()
            return Wire.null
        }
    }

    func save(_ call: CallPointer) {
        live(call) { [self] in
            guard let plugin = try plugin as? any StatefulPlugin else {
                throw BackplaneError.noState
            }
            return try await sealed(plugin)
        }
    }

    func save(as version: Int, _ call: CallPointer) {
        live(call) { [self] in
            guard let plugin = try plugin as? any StatefulPlugin else {
                throw BackplaneError.noState
            }
            return try await sealed(plugin, as: version)
        }
    }

    func restore(_ state: [UInt8], _ call: CallPointer) {
        live(call) { [self] in
            guard let plugin = try plugin as? any StatefulPlugin else {
                throw BackplaneError.noState
            }
            let versions = Swift.type(of: plugin).readsStateVersions
            try await plugin.restore(from: SavedState(opening: state, versions: versions))
            return Wire.null
        }
    }

    func checkHealth(_ call: CallPointer) {
        live(call) { [self] in
            let health = try await plugin.health()
            switch health.status {
            case .healthy: return Wire.null
            case .degraded: return try Wire.encode(health.reason)
            case .unhealthy:
                throw BackplaneError(.unavailable, health.reason ?? "the instance is not healthy")
            }
        }
    }

    func testItself(_ call: CallPointer) {
        live(call) { [self] in
            try await plugin.selfTest()
            return Wire.null
        }
    }

    /// Lets go of everything.
    ///
    /// What others have captured of the instance throws from now on.
    func retire() {
        background.withLock { $0.take() }?.cancel()
        core.provided.retire()
        let boxes = boxes.withLock { boxes in
            defer { boxes = [:] }
            return boxes
        }
        for box in boxes.values { box.retire() }
        unsafe made = nil
    }

    /// Runs a step of the instance's life as a task, beginning on this thread.
    private func live(
        _ pointer: CallPointer, _ step: @escaping @Sendable () async throws -> [UInt8]
    ) {
        let call = RunningCall(pointer, purpose: .life, deadline: .max, of: core)
        call.run {
            do {
                return .value(Bytes(try await step()))
            } catch let error as BackplaneError {
                // Here its own code says more than `failed` does: nobody retries a step.
                return .refused(error)
            } catch {
                return .threw(error)
            }
        }
    }

    private var plugin: any Plugin {
        get throws {
            guard let made = unsafe made else {
                throw BackplaneError(.unavailable, "the instance was never made, or is gone")
            }
            return made.plugin
        }
    }

    private func sealed<P: StatefulPlugin>(_ plugin: P) async throws -> [UInt8] {
        try SavedState.seal(try await plugin.save(), version: P.stateVersion)
    }

    private func sealed<P: StatefulPlugin>(
        _ plugin: P, as version: Int
    ) async throws -> [UInt8] {
        if version == P.stateVersion { return try await sealed(plugin) }
        let state = try await plugin.save(as: version)
        return try SavedState.seal(state, version: version)
    }

    private func runInBackground(_ plugin: any Plugin) {
        background.withLock { background in
            // Its owner is the instance: `stop` cancels it and waits for it.
            background = Task.detached(executorPreference: core.executor) { [core] in
                do {
                    try await plugin.run()
                } catch {
                    guard !Task.isCancelled else { return }
                    let failure = BackplaneError.failure(error)
                    Comm(core).logger.error("run failed", metadata: ["error": "\(error)"])
                    core.host.failed(failure)
                }
            }
        }
    }

    // MARK: Calls

    func invoke(_ number: UInt32, _ payload: Span<UInt8>, _ pointer: CallPointer, deadline: UInt64)
    {
        var call = begin(pointer, deadline: deadline)
        guard let body = body(number) else {
            call.complete(
                .refused(BackplaneError(.notFound, "the plugin has no method number \(number)")))
            return
        }
        let step = RunningCall.$active.withValue(call) { body.begin(payload) }
        switch consume step {
        case .ended(let ending):
            // Mostly nobody has captured it, and two trips to the host are spared.
            let isOurs = isKnownUniquelyReferenced(&call)
            if !isOurs { call.keep() }
            call.complete(ending)
            if isOurs { spare.keep(call) }
            if case .encoded(let memory) = consume ending { EncodingMemory.keep(memory) }
        case .pending(let operation): call.run(operation)
        }
    }

    private func begin(_ pointer: CallPointer, deadline: UInt64) -> RunningCall {
        guard let call = spare.take() else {
            return RunningCall(pointer, purpose: .method, deadline: deadline, of: core)
        }
        call.begin(pointer, deadline: deadline)
        return call
    }

    private func body(_ number: UInt32) -> FunctionBody? {
        if number & providedFlag != 0 { return core.provided.body(number & ~providedFlag) }
        guard let made = unsafe made, number < made.bodies.count else { return nil }
        return made.bodies[Int(number)]
    }

    /// The box of a method, made on the first request.
    func box(_ number: UInt32) -> (box: FunctionBox, isAsync: Bool)? {
        guard let made = unsafe made, number < made.bodies.count else { return nil }
        let body = made.bodies[Int(number)]
        return boxes.withLock { boxes in
            if let box = boxes[Int(number)] { return (box, body.isAsync) }
            let box = body.box()
            boxes[Int(number)] = box
            return (box, body.isAsync)
        }
    }
}

/// Marks the number of a provided function, as `BACKPLANE_PROVIDED_FUNCTION` does.
private let providedFlag: UInt32 = 0x8000_0000

extension BackplaneError {
    fileprivate static var noState: BackplaneError {
        BackplaneError(.incompatible, "the plugin has no state to save or restore")
    }
}
