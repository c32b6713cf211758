// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The main thread of a host: takes signals, and serves code that wants the main thread.
struct SignalLoop {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    private let descriptors: [Int32]

    /// Takes the signals over from now on, for every thread that starts later.
    init() throws(CommandFailure) {
        signal(SIGPIPE, SIG_IGN)
        var descriptors: [Int32] = []
        for number in Self.signals {
            clinux_block_signal(number)
            let descriptor = clinux_signalfd(number)
            guard descriptor >= 0 else { throw CommandFailure("error: no descriptor for signals") }
            descriptors.append(descriptor)
        }
        self.descriptors = descriptors
    }

    /// Waits for signals, and tells `handle` of each, for ever.
    func run(_ handle: (Int32) -> Void) -> Never {
        let main = clinux_main_queue_descriptor()
        var waiting = (descriptors + (main >= 0 ? [main] : [])).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        while true {
            guard unsafe poll(&waiting, nfds_t(waiting.count), -1) > 0 else { continue }
            for (index, number) in Self.signals.enumerated() where waiting[index].revents != 0 {
                if take(descriptors[index]) { handle(number) }
            }
            if main >= 0, waiting[waiting.count - 1].revents != 0 { clinux_main_queue_drain() }
        }
    }

    /// Takes one signal from its descriptor; several of a kind may have become one.
    private func take(_ descriptor: Int32) -> Bool {
        var information = [UInt8](repeating: 0, count: 128)
        return unsafe read(descriptor, &information, information.count) > 0
    }
}
