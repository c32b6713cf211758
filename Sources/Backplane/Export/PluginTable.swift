// SPDX-License-Identifier: Apache-2.0

import CBackplane

/// The functions of a plugin that its host calls.
///
/// They are formed here, in code without isolation: formed on the main actor, they would trap on
/// any other thread. SAFETY, for all of them: the host calls them as backplane/plugin.h says, with
/// a handle that `create` gave and that `destroy` has not taken back; what they are handed is
/// borrowed, and copied or used up before they return.
enum PluginTable {
    static let create:
        @convention(c) (
            UnsafePointer<backplane_plugin_descriptor>?, UnsafePointer<backplane_host>?,
            UnsafePointer<backplane_service>?, OpaquePointer?,
            UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> Void = { plugin, host, service, call, handle in
            guard let plugin = unsafe plugin, let host = unsafe host,
                let service = unsafe service, let call = unsafe CallPointer(call),
                let context = unsafe backplane_plugin_context(plugin)
            else { return }
            let table = unsafe HostTable(UnsafeRawPointer(host))
            ImageLogging.use(table)
            let core = unsafe InstanceCore(
                host: table, service: ServiceDescription(copying: UnsafeRawPointer(service)))
            let instance = unsafe Instance(PluginType.of(context: context), core: core)
            unsafe handle?.pointee = Unmanaged.passRetained(instance).toOpaque()
            instance.create(call)
        }

    static let destroy: @convention(c) (UnsafeMutableRawPointer?) -> Void = { handle in
        guard let handle = unsafe handle else { return }
        unsafe Unmanaged<Instance>.fromOpaque(handle).takeRetainedValue().retire()
    }

    static let invoke:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<backplane_invocation>?, OpaquePointer?
        ) -> Void = { handle, invocation, call in
            // Counted: once its call has ended the instance may be destroyed, before this returns.
            guard let instance = unsafe Instance.of(handle), let invocation = unsafe invocation,
                let call = unsafe CallPointer(call)
            else { return }
            let payload = unsafe UnsafeBufferPointer(
                start: backplane_invocation_payload(invocation),
                count: Int(clamping: backplane_invocation_payload_size(invocation)))
            unsafe instance.invoke(
                backplane_invocation_method(invocation), payload.span, call,
                deadline: backplane_invocation_deadline(invocation))
        }

    static let cancel: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> Void = {
        handle, call in
        guard let instance = unsafe Instance.of(handle), let call = unsafe CallPointer(call)
        else { return }
        instance.core.calls.cancel(call)
    }

    static let start: Step = { handle, call in
        guard let instance = unsafe Instance.of(handle), let call = unsafe CallPointer(call)
        else { return }
        instance.start(call)
    }

    static let stop: Step = { handle, call in
        guard let instance = unsafe Instance.of(handle), let call = unsafe CallPointer(call)
        else { return }
        instance.stop(call)
    }

    static let save: Step = { handle, call in
        guard let instance = unsafe Instance.of(handle), let call = unsafe CallPointer(call)
        else { return }
        instance.save(call)
    }

    static let restore:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt64, OpaquePointer?
        ) -> Void = { handle, state, size, call in
            guard let instance = unsafe Instance.of(handle), let call = unsafe CallPointer(call)
            else { return }
            instance.restore(unsafe [UInt8](copying: state, count: size), call)
        }

    static let `extension`:
        @convention(c) (
            UnsafePointer<backplane_plugin_descriptor>?, UnsafePointer<CChar>?
        ) -> UnsafeRawPointer? = { plugin, name in
            let context = unsafe plugin.flatMap { unsafe backplane_plugin_context($0) }
            return unsafe PluginExtensions.table(
                String(copying: name), of: context.map { unsafe PluginType.of(context: $0) })
        }

    /// A step of an instance's life that needs nothing.
    typealias Step = @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> Void
}

extension Instance {
    /// The instance behind a handle of the host's.
    static func of(_ handle: UnsafeMutableRawPointer?) -> Instance? {
        guard let handle = unsafe handle else { return nil }
        // SAFETY: see `PluginTable`.
        return unsafe Unmanaged<Instance>.fromOpaque(handle).takeUnretainedValue()
    }
}
