// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport
internal import Synchronization

/// The host as a service: `host.status` and the like are ordinary calls, so that the command line, a
/// dashboard and a plugin with permission all use one mechanism.
///
/// See `HostMethods` for what there is.
final class HostService: CallReceiver {
    static let name: String = "host"

    var name: String { Self.name }
    private weak let host: Host?

    init(_ host: Host) {
        self.host = host
    }

    func deadline(of method: String, from now: Instant) -> Instant { .never }
    func retries(of method: String) -> RetryConfiguration? { nil }

    func submit(_ call: Call, entry: CallEntry) {
        guard let host else {
            return call.refuse(.unavailable(name, because: "the host has ended"))
        }
        guard let method = HostMethod(rawValue: call.method) else {
            return call.refuse(
                .unknownMethod(call.method, of: name, among: HostMethod.allCases.map(\.rawValue)))
        }
        call.watchDeadline()
        // Reports read files of the kernel's, and orders wait: neither on a thread of the caller's.
        host.resources.threads.run(.closure { Self.run(method, call, of: host) })
    }

    private static func run(_ method: HostMethod, _ call: Call, of host: Host) {
        do {
            switch method {
            case .version: try answer(call, HostReport(host).version)
            case .status:
                let services = try HostArguments(call, "services").names()
                try answer(call, HostReport(host).status(of: try host.managed(services)))
            case .services: try answer(call, HostReport(host).services)
            case .inspect:
                let name = try HostArguments(call, "service").name()
                try answer(call, HostReport(host).inspection(of: try host.managed([name])[0]))
            case .health:
                let services = try HostArguments(call, "services").names()
                HealthCheck(of: try host.managed(services)).carryOut(for: call)
            case .start, .stop, .restart:
                let arguments = HostArguments(call, "services", "wait")
                let (names, wait) = try arguments.order()
                ServiceOrder(method, try host.managed(names), wait: wait).carryOut(for: call)
            case .reload:
                reload(try HostArguments(call, "services", "dry_run", "force").reload(), call, host)
            case .logs:
                LogReading(try HostArguments.logs(call, host), call).begin()
            case .events:
                EventReading(try HostArguments.events(call, host), of: host.resources.events, call)
                    .begin()
            case .notify:
                let (target, arguments) = try HostArguments(call, "target", "arguments").notice()
                let audience = NoAudience()
                _ = host.start(
                    target, arguments: arguments, options: CallOptions(), audience: audience)
                if let refusal = audience.refusal { throw refusal }
                try answer(call, NotifyReceipt())
            }
        } catch let error as CallError {
            call.complete(.error(error))
        } catch {
            call.complete(.error(.internal, "\(error)"))
        }
    }

    private static func reload(_ request: ReloadRequest, _ call: Call, _ host: Host) {
        // Goes on when the caller stops waiting: an order that was given is carried out.
        Task(name: "host.reload") {
            do {
                try answer(call, try await host.reloader.reload(request).get())
            } catch let error as CallError {
                call.complete(.error(error))
            } catch {
                call.complete(.error(.internal, "\(error)"))
            }
        }
    }

    static func answer(_ call: Call, _ report: some Encodable) throws {
        call.complete(.value(Payload(try CBOR.encode(report))))
    }
}

/// The methods of the service `host`.
enum HostMethod: String, CaseIterable {
    case version, status, services, inspect, health, start, stop, restart, reload, logs, events,
        notify
}

/// Hears of a call that nobody waits for.
private final class NoAudience: CallAudience {
    private let lastRefusal = Mutex<CallError?>(nil)

    /// Why the call was not accepted, if that is known by now.
    var refusal: CallError? { lastRefusal.withLock { $0 } }

    func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
        call.acknowledge(1)
    }

    func received(_ question: any CallQuestion) {
        question.respond(.error(.unanswerable("a notification")))
    }

    func finished(with outcome: Outcome) {
        // Other errors are those of a call that was accepted.
        guard let error = outcome.error, error.code == .notFound else { return }
        lastRefusal.withLock { $0 = error }
    }
}
