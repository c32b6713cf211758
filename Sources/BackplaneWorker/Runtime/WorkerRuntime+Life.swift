// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import CBackplane
internal import Glibc
internal import Synchronization

/// The steps of the plugin's life, each on a thread of its own.
extension WorkerRuntime {
    func open(_ frame: Frame) {
        PayloadLimit.set(frame.argument)
        do {
            var reader = FieldReader(frame.fields)
            let image = try image(at: try reader.string())
            send(
                Frame(
                    .opened, number: frame.number, payload: Payload(image.description.fields)))
        } catch let error as ImageError {
            refuse(frame, error.message, type: error.code.description)
        } catch {
            refuse(frame, "\(error)", type: "")
        }
    }

    /// The plugin at a path: open already where the worker comes from a template of it.
    private func image(at path: String) throws(ImageError) -> PluginImage {
        if let image = plugin.withLock({ $0?.image }), image.path == path { return image }
        let image = try PluginImage.open(path: path)
        plugin.withLock { $0 = unsafe PluginInstance(image: image) }
        return image
    }

    private func refuse(_ frame: Frame, _ message: String, type: String) {
        send(
            Frame(
                .opened, number: frame.number,
                outcome: FrameOutcome(
                    code: UInt32(BACKPLANE_INCOMPATIBLE), message: message, type: type)))
    }

    func create(_ frame: Frame) {
        // Held: the plugin may complete it before its handle is known here, and the host would then
        // send calls for an instance that is not there yet.
        let call = RunningCall(number: frame.number, isHeld: true)
        calls.insert(call)
        defer {
            if let outcome = call.letGo() { finishCreate(call.number, outcome) }
        }
        var reader = FieldReader(frame.fields)
        guard let plugin = plugin.withLock({ $0 }), let name = try? reader.string(),
            let identifier = try? reader.string(), let directory = try? reader.string(),
            let slot = try? reader.number(), let limit = try? reader.number(),
            let concurrency = try? reader.number(), let start = try? reader.number()
        else {
            return complete(call.number, .error(BACKPLANE_INTERNAL, "nothing was opened"))
        }
        PayloadLimit.set(limit)
        if start > 0 { startingStep.withLock { $0 = (call.number, start) } }
        var handle: UnsafeMutableRawPointer?
        unsafe frame.payload.withBytes { configuration in
            let bytes = unsafe configuration.bindMemory(to: UInt8.self)
            unsafe backplane_plugin_create(
                plugin.image.descriptor, hostTable(), UInt32(truncatingIfNeeded: slot),
                UInt32(truncatingIfNeeded: frame.argument), frame.code, name, identifier,
                directory, bytes.baseAddress, UInt64(bytes.count), CallTable.handle(call.number),
                &handle)
        }
        let made = unsafe PluginInstance(image: plugin.image, handle: handle)
        self.plugin.withLock { $0 = made }
        if let handle = unsafe handle {
            ready.set(
                unsafe ReadyInstance.Instance(
                    plugin.image, handle, concurrency: max(1, Int(clamping: concurrency))))
        }
    }

    private func finishCreate(_ number: UInt64, _ outcome: FrameOutcome) {
        send(Frame(.outcome, number: number, outcome: outcome))
        // On a thread for steps already: the next one needs no other.
        if let start = startingStep(after: number, outcome) {
            step(Frame(.start, number: start))
        }
    }

    /// Goes on with `start` once an instance is made, if it was asked for in the same breath.
    func created(_ number: UInt64, _ outcome: FrameOutcome) {
        guard let start = startingStep(after: number, outcome) else { return }
        steps.run { self.step(Frame(.start, number: start)) }
    }

    private func startingStep(after number: UInt64, _ outcome: FrameOutcome) -> UInt64? {
        let start: UInt64? = startingStep.withLock { step in
            guard let next = step, next.create == number else { return nil }
            step = nil
            return next.start
        }
        return outcome.code == 0 ? start : nil
    }

    func step(_ frame: Frame) {
        let call = RunningCall(number: frame.number)
        calls.insert(call)
        guard let plugin = plugin.withLock({ $0 }), let instance = unsafe plugin.handle else {
            return complete(call.number, .error(BACKPLANE_UNAVAILABLE, "there is no instance"))
        }
        let descriptor = unsafe plugin.image.descriptor
        let handle = unsafe CallTable.handle(call.number)
        let hasStep: CInt
        switch frame.kind {
        case .start: unsafe hasStep = backplane_plugin_start(descriptor, instance, handle)
        case .stop: unsafe hasStep = backplane_plugin_stop(descriptor, instance, handle)
        case .selfTest:
            unsafe hasStep = backplane_plugin_self_test_run(descriptor, instance, handle)
        case .health:
            unsafe hasStep = backplane_plugin_health_check(descriptor, instance, handle)
        case .save:
            // A version that is none is one that the plugin can't give.
            let version = UInt32(exactly: frame.argument) ?? .max
            unsafe hasStep = backplane_plugin_save_as(descriptor, instance, version, handle)
        default:
            unsafe hasStep = frame.payload.withBytes { state in
                let bytes = unsafe state.bindMemory(to: UInt8.self)
                return unsafe backplane_plugin_restore(
                    descriptor, instance, bytes.baseAddress, UInt64(bytes.count), handle)
            }
        }
        guard hasStep == 0 else { return }
        // Without a `start` there is nothing to do at start; without state there is none to give.
        let isOptional = frame.kind != .save && frame.kind != .restore
        let refusal =
            frame.kind == .save && frame.argument > 0
            ? "the plugin can't save its state as version \(frame.argument)"
            : "the plugin declares no state"
        complete(
            call.number, isOptional ? FrameOutcome() : .error(BACKPLANE_INCOMPATIBLE, refusal))
    }

    /// The orderly end: the instance is freed, what was said is sent, and nothing else runs.
    func end() -> Never {
        let last = plugin.withLock { plugin in
            defer { unsafe plugin?.handle = nil }
            return plugin
        }
        if let last, let handle = unsafe last.handle {
            unsafe backplane_plugin_destroy(last.image.descriptor, handle)
        }
        channel.flush(nanoseconds: 1_000_000_000)
        fflush(nil)
        // Not exit(): destructors of static objects would run beside threads that use them.
        _exit(0)
    }
}
