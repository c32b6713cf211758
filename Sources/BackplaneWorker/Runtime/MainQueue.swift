// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Dispatch
internal import Glibc

/// The main thread's work in a worker: what is bound to the main actor, or to the main queue.
enum MainQueue {
    /// Runs what comes, for ever.
    ///
    /// Not `dispatchMain`: that ends the main thread, which is what /proc and debuggers show of a
    /// process, and the one thread that leaves signals unblocked.
    static func run() -> Never {
        // Linking the library is what the import is for; the queue is drained through its C face.
        _ = DispatchQueue.main
        let descriptor = clinux_main_queue_descriptor()
        while true {
            var entry = pollfd(fd: descriptor, events: CShort(POLLIN), revents: 0)
            // A negative descriptor is never ready: then this only waits.
            guard unsafe poll(&entry, 1, -1) > 0 else { continue }
            var count: UInt64 = 0
            _ = unsafe read(descriptor, &count, 8)
            clinux_main_queue_drain()
        }
    }
}
