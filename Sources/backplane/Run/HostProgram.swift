// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Glibc
import Logging
import ServiceLifecycle

/// A process that is a host and nothing else: runs it on tasks of its own while the main thread waits
/// for signals.
struct HostProgram {
    let host: Host
    let log: LogOutput
    let logger: Logger

    /// Runs the host until a signal ends it, then the process.
    func run(until signals: SignalLoop) -> Never {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: host, serviceName: "host")], logger: Self.quiet))
        let log = log
        // The process is its owner: it lives as long.
        Task.detached(name: "host") {
            do {
                try await group.run()
                Self.end(0, log)
            } catch let error as ServiceGroupError where error == .alreadyFinished() {
                // The signal came before the group had begun.
                Self.end(0, log)
            } catch {
                log.close(within: .seconds(1))
                Terminal.error.say("error: \(error)")
                Self.end(CommandFailure.failed, log)
            }
        }
        var isStopping = false
        let (host, logger) = (host, logger)
        signals.run { signal in
            if signal == SIGHUP {
                // What comes of it are events, which are logged.
                Task.detached(name: "reload") { await host.reloadOnSignal() }
                return
            }
            if isStopping { Self.end(CommandFailure.interrupted, log) }
            isStopping = true
            logger.info("stopping", metadata: ["signal": "\(signal)"])
            Task.detached(name: "stop") { await group.triggerGracefulShutdown() }
        }
    }

    /// Ends the process.
    ///
    /// Plugins' threads may still run, so nothing of theirs is destroyed.
    private static func end(_ code: Int32, _ log: LogOutput) -> Never {
        log.close(within: .seconds(1))
        fflush(nil)
        _exit(code)
    }

    /// The group has nothing to say that the host does not.
    private static let quiet = Logger(label: "group", factory: { _ in SwiftLogNoOpLogHandler() })
}
