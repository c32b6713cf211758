// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// A detached thread of the system, for work that blocks.
package enum SystemThread {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread; false when the system gives none.
    ///
    /// - Parameter name: At most 15 bytes, for tools that list threads.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                unsafe clinux_set_name(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        if result != 0 { unsafe start.release() }
        return result == 0
    }
}
