// SPDX-License-Identifier: Apache-2.0

internal import CLinux

/// Starts threads of our own, for work that blocks.
package enum Threads {
    private static let stock = ThreadStock()

    /// Runs `body` on a new detached thread.
    ///
    /// Signals to the process don't reach it, so that they go to the threads that expect them.
    ///
    /// - Parameter name: For tools that list threads, which show 15 bytes of it.
    /// - Returns: Whether the system had a thread left; else `body` never runs.
    @discardableResult
    package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let start = ThreadStart(name: name, body: body)
        return stock.take(start) || startNew(start)
    }

    /// Starts threads ahead, for the next that are asked for, and waits until they are there.
    ///
    /// There are fewer where the system has no more: the others are started when they are asked for.
    ///
    /// - Parameter rehearsal: What each does before it can be had; must end.
    package static func prepare(_ count: Int, _ rehearsal: @escaping @Sendable () -> Void) {
        let started = (0..<count).prefix { _ in
            startNew(
                ThreadStart(name: "bp-ready") {
                    rehearsal()
                    stock.serve()
                })
        }
        stock.fill(started.count)
    }

    private static func startNew(_ start: ThreadStart) -> Bool {
        let start = unsafe Unmanaged.passRetained(start)
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
        // SAFETY: `startNew` passed this reference on to us.
        unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().run()
    }
}
