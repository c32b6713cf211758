// SPDX-License-Identifier: Apache-2.0

internal import CLinux

/// Starts threads of our own, for work that blocks.
package enum Threads {
    /// Holds a body on its way to its thread; a final class, because a bare closure in a generic box
    /// is wrapped anew at each access.
    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a new detached thread.
    ///
    /// Signals to the process don't reach it, so that they go to the threads that expect them.
    ///
    /// - Parameter name: For tools that list threads, which show 15 bytes of it.
    /// - Returns: Whether the system had a thread left; else `body` never runs.
    @discardableResult
    package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        // SAFETY: the thread takes over the one reference.
        let result = unsafe clinux_thread_start(enter, start.toOpaque())
        if result != 0 { unsafe start.release() }
        return result == 0
    }

    private static let enter:
        @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
            unsafe run(context)
            return nil
        }

    private static func run(_ context: UnsafeMutableRawPointer?) {
        guard let context = unsafe context else { return }
        // SAFETY: `start` passed this reference on to us.
        let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        unsafe clinux_set_name(start.name)
        start.body()
    }
}
