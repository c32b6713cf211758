// SPDX-License-Identifier: Apache-2.0

internal import CBackplane

/// The host's half of the extension `backplane.functions/1`, for plugins in this process.
@safe
enum FunctionsTable {
    // SAFETY: immortal and never changed.
    nonisolated(unsafe) static let pointer = unsafe backplane_host_functions_make(provide, resolve)

    private static let provide:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UInt64, UInt32, UInt32,
            UnsafeRawPointer?, UnsafeRawPointer?
        ) -> UInt32 = { context, name, count, number, kind, synchronous, asynchronous in
            guard let instance = unsafe instance(context) else { return UInt32(BACKPLANE_INTERNAL) }
            let hasBox = unsafe synchronous != nil || asynchronous != nil
            let direct =
                unsafe hasBox
                ? DirectFunction(
                    kind: kind, synchronous: synchronous, asynchronous: asynchronous) : nil
            // Direct calls can't be counted against a limit.
            let isLimited = instance.context.service.concurrency != nil
            let isTaken = instance.context.functions.provide(
                unsafe String(backplaneText: name, count: count), number: number,
                direct: isLimited ? nil : direct)
            return isTaken ? UInt32(BACKPLANE_OK) : UInt32(BACKPLANE_INVALID_ARGUMENT)
        }

    private static let resolve:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UInt64)
            -> UnsafePointer<backplane_cell>? = { context, name, count in
                guard let instance = unsafe instance(context),
                    let router = instance.context.router
                else { return nil }
                let target = CallTarget(unsafe String(backplaneText: name, count: count))
                guard instance.context.permits(target, in: router),
                    let cell = router.functions.cell(of: target)
                else { return nil }
                return unsafe cell.pointer.assumingMemoryBound(to: backplane_cell.self)
            }

    private static func instance(_ context: UnsafeMutableRawPointer?) -> PluginInstance? {
        guard let context = unsafe context else { return nil }
        // SAFETY: the context is a PluginInstance that is never freed.
        return unsafe Unmanaged<PluginInstance>.fromOpaque(context).takeUnretainedValue()
    }
}
