// SPDX-License-Identifier: Apache-2.0

import CBackplane

/// What a plugin offers beyond its descriptor.
///
/// SAFETY, for the tables: made once, immortal and immutable.
@safe
enum PluginExtensions {
    /// The table of the extension of that name, or nothing.
    static func table(_ name: String, of type: PluginType?) -> UnsafeRawPointer? {
        switch name {
        case "backplane.functions/1": unsafe functions
        case "backplane.health/1": unsafe health
        case "backplane.self-test/1": unsafe selfTest
        case "backplane.preload/1": unsafe preload
        case "backplane.state/1": unsafe UnsafeRawPointer(bitPattern: type?.stateTable ?? 0)
        default: nil
        }
    }

    // SAFETY: made once, immortal and immutable.
    nonisolated(unsafe) private static let functions = unsafe backplane_plugin_functions_make(
        FunctionBox.kind
    ) { handle, number, synchronous, asynchronous in
        unsafe synchronous?.pointee = nil
        unsafe asynchronous?.pointee = nil
        guard let (box, isAsync) = unsafe Instance.of(handle)?.box(number) else { return }
        if isAsync {
            unsafe asynchronous?.pointee = box.pointer
        } else {
            unsafe synchronous?.pointee = box.pointer
        }
    }

    // SAFETY: made once, immortal and immutable.
    nonisolated(unsafe) private static let health = unsafe backplane_plugin_health_make {
        handle, call in
        guard let instance = unsafe Instance.of(handle), let call = unsafe CallPointer(call)
        else { return }
        instance.checkHealth(call)
    }

    // SAFETY: made once, immortal and immutable.
    nonisolated(unsafe) private static let selfTest = unsafe backplane_plugin_self_test_make {
        handle, call in
        guard let instance = unsafe Instance.of(handle), let call = unsafe CallPointer(call)
        else { return }
        instance.testItself(call)
    }

    // SAFETY: made once, immortal and immutable.
    nonisolated(unsafe) private static let preload = unsafe backplane_plugin_preload_make {
        plugin, reply, replyContext in
        guard let plugin = unsafe plugin, let reply = unsafe reply,
            let context = unsafe backplane_plugin_context(plugin)
        else { return }
        do {
            try unsafe PluginType.of(context: context).preload()
            unsafe backplane_reply_value(reply, replyContext, nil, 0)
        } catch {
            var message = String(describing: error)
            message.withUTF8 {
                unsafe backplane_reply_error(
                    reply, replyContext, BackplaneError.Code.failed.number, characters($0),
                    UInt64($0.count), nil, 0, nil, 0)
            }
        }
    }
}
