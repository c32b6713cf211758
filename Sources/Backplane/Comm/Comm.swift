// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload
import CBackplane
public import Logging

/// An instance's line to its host: messages, requests, calls, functions, configuration.
///
/// It knows the call that the code using it belongs to. What is sent inside a method is a message
/// of the running call; what is asked goes to its caller; what is called is nested under it, with
/// its deadline and its cancellation. Outside of a call, messages and requests go to the handlers
/// that the service's configuration names.
///
/// The running call follows the code through `await` and into child tasks, not into detached
/// tasks and threads: ``current`` captures it for those.
///
/// Operations that may have to wait come twice: in synchronous code they block the thread, in
/// asynchronous code they suspend.
public struct Comm: Sendable {
    let instance: InstanceCore
    /// The call that ``current`` captured.
    let captured: RunningCall?

    init(_ instance: InstanceCore, captured: RunningCall? = nil) {
        self.instance = instance
        self.captured = captured
    }

    /// Makes a line of its own to a host, as that of a service which is no plugin.
    ///
    /// - Parameter host: A host table, good for as long as the line.
    package init(host: UnsafeRawPointer, service: String, slot: Slot) {
        let description = ServiceDescription(
            name: service, identifier: "\(service)/1#1", directory: "", generation: 1, worker: 1,
            slot: slot, configuration: [])
        self.init(unsafe InstanceCore(host: HostTable(host), service: description))
    }

    /// The same line with the running call tied to it, for detached tasks and threads.
    ///
    /// Once the call has ended, using it throws.
    public var current: Comm { Comm(instance, captured: call) }

    /// The service's name.
    public var service: String { instance.service.name }

    /// Who is speaking, in every message: service, generation, worker, as in `compute/2#1`.
    public var identifier: String { instance.service.identifier }

    /// The number of this load of the plugin into its service, from 1.
    public var generation: Int { instance.service.generation }

    /// The number of this worker.
    public var worker: Int { instance.service.worker }

    /// Where the instance runs.
    public var slot: Slot { instance.service.slot }

    /// The folder that the plugin's original `.so` lies in: models and vocabularies are beside it.
    public var directory: String { instance.service.directory }

    /// A logger that writes to the host's log, under the service's name and generation.
    public var logger: Logger { HostLogHandler.logger(service, host: instance.host) }

    /// The `config` key of the service, as it is.
    public var configuration: Value {
        // The host encodes the configuration; an unreadable one is told by configuration(as:).
        (try? configuration(as: Value.self)) ?? .null
    }

    /// Decodes the `config` key of the service.
    ///
    /// - Throws: `invalid-argument`, naming the key that is missing or of the wrong type.
    public func configuration<Settings: Decodable>(
        as type: Settings.Type = Settings.self
    ) throws(BackplaneError) -> Settings {
        try Wire.decode(type, from: Bytes(instance.service.configuration), what: "configuration")
    }
}

extension Comm {
    /// The running call, or none outside of one.
    var call: RunningCall? { captured ?? instance.activeCall }

    /// The running call's address, for what is said in its name; none outside of a method.
    ///
    /// - Throws: `unavailable` when the call has ended.
    var speaker: CallPointer? {
        get throws(BackplaneError) {
            guard let call else { return nil }
            guard !call.isOver else {
                throw BackplaneError(
                    .unavailable,
                    "the call has ended: it sends, asks and calls nothing any more")
            }
            return call.purpose == .method ? call.pointer : nil
        }
    }
}
