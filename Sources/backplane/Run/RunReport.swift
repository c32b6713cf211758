// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Synchronization

/// What `run` says of a start: a line for each service as it comes up or fails, then how many did.
final class RunReport: Sendable {
    private let log: LogOutput
    private let terminal = Terminal.output
    private let isOver = Mutex(false)

    init(log: LogOutput) {
        self.log = log
    }

    /// To be told by the host.
    var observers: ServiceObservers {
        ServiceObservers(
            ready: { service, time in
                self.say("\(service): running after \(Self.milliseconds(time)) ms", .good)
            },
            failed: { service, reason in
                let isWaiting = reason.hasPrefix("waiting")
                self.say(
                    "\(service): \(isWaiting ? "" : "failed: ")\(reason)", isWaiting ? .busy : .bad)
            },
            settled: { ready, all in self.settle(ready: ready, of: all) })
    }

    private func say(_ line: String, _ style: Style) {
        isOver.withLock { isOver in
            // Later news are the log's.
            guard !isOver else { return }
            terminal.say(style.apply(to: line, isColored: terminal.isColored))
        }
    }

    private func settle(ready: Int, of all: Int) {
        isOver.withLock { isOver in
            isOver = true
            terminal.say("ready: \(ready) of \(all)")
        }
        log.release()
    }

    private static func milliseconds(_ time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
