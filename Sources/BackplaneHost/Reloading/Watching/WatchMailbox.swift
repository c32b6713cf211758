// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CLinux
internal import Glibc
internal import Synchronization

/// Carries what is to be watched to the thread that does it.
final class WatchMailbox: Sendable {
    /// What the watching of one path begins with.
    enum Start: Sendable {
        /// The hash of bytes that are in use.
        case known(UInt64)
        /// What lay there when it was asked for.
        case sight(FileSight)
    }

    /// What is to be done.
    struct Orders: Sendable {
        /// All paths from now on; none for those there are.
        var paths: [String: Start]?
        var isRescanWanted = false
        var isClosed = false
    }

    /// Readable when there are orders.
    let descriptor: CInt
    private let orders = Mutex(Orders())

    init() throws(TransportError) {
        descriptor = clinux_eventfd()
        guard descriptor >= 0 else {
            throw TransportError(
                .system, "can't watch files (eventfd: \(SystemWords.of(errno)))")
        }
    }

    deinit {
        Glibc.close(descriptor)
    }

    func watch(_ paths: [String: Start]) {
        orders.withLock { orders in
            // The first look counts for a path that was not even taken notice of yet.
            orders.paths =
                orders.paths.map { first in
                    paths.merging(first.filter { paths[$0.key] != nil }) { $1 }
                } ?? paths
        }
        wakeUp()
    }

    func rescan() {
        orders.withLock { $0.isRescanWanted = true }
        wakeUp()
    }

    func close() {
        orders.withLock { $0.isClosed = true }
        wakeUp()
    }

    /// Takes all orders.
    func take() -> Orders {
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, 8)
        return orders.withLock { orders in
            let taken = orders
            orders.paths = nil
            orders.isRescanWanted = false
            return taken
        }
    }

    private func wakeUp() {
        var one: UInt64 = 1
        // It fails only when the counter is full, and then the thread is awake anyway.
        _ = unsafe write(descriptor, &one, 8)
    }
}
