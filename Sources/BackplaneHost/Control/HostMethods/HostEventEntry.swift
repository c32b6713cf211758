// SPDX-License-Identifier: Apache-2.0

/// Something that happened to a service or to the host, as `host.events` gives it.
package struct HostEventEntry: Codable, Sendable, Equatable {
    /// A part of what happened.
    package struct Phase: Codable, Sendable, Equatable {
        package var name: String
        package var milliseconds: Double

        package init(name: String, milliseconds: Double) {
            self.name = name
            self.milliseconds = milliseconds
        }
    }

    /// Counts up from 1 within the host.
    package var number: UInt64
    /// RFC 3339, in UTC.
    package var time: String
    /// The service, or `host`.
    package var service: String
    /// `started`, `switched`, `retired`, `refused`, `rolled-back`, `unchanged`, `died`, `failed`, `waiting`,
    /// `stopped`, `configured` or `warning`.
    package var kind: String
    /// The generation that it is about.
    package var generation: Int?
    /// Why it happened.
    package var cause: String?
    /// The hash of the plugin's bytes, in hex.
    package var hash: String?
    /// In the order in which they happened.
    package var phases: [Phase]
    /// What there is to say besides.
    package var message: String?

    package init(
        number: UInt64, time: String, service: String, kind: String, generation: Int? = nil,
        cause: String? = nil, hash: String? = nil, phases: [Phase] = [], message: String? = nil
    ) {
        self.number = number
        self.time = time
        self.service = service
        self.kind = kind
        self.generation = generation
        self.cause = cause
        self.hash = hash
        self.phases = phases
        self.message = message
    }
}

extension HostEventEntry {
    init(_ event: HostEvent) {
        self.init(
            number: event.number, time: event.time.text, service: event.service,
            kind: event.kind.rawValue, generation: event.generation, cause: event.cause,
            hash: event.hash, phases: event.phases.map { Phase($0) }, message: event.message)
    }

    /// How long each phase took: `rehearsed 31 ms, switched 0.2 ms`.
    package var phaseWords: String { phases.map(\.words).joined(separator: ", ") }
}

extension HostEventEntry.Phase {
    init(_ phase: HostEvent.Phase) {
        let milliseconds = phase.duration / .milliseconds(1)
        // A nanosecond is more than enough, and no digits of rounding come along.
        self.init(name: phase.name, milliseconds: (milliseconds * 1e6).rounded() / 1e6)
    }

    /// The phase with two digits or whole milliseconds, whichever says more: `switched 0.21 ms`.
    package var words: String {
        let size = abs(milliseconds)
        let scale: Double = size < 1 ? 100 : size < 10 ? 10 : 1
        let rounded = (milliseconds * scale).rounded() / scale
        let isWhole = rounded == rounded.rounded() && size < 1e15
        return "\(name) \(isWhole ? String(Int64(rounded)) : "\(rounded)") ms"
    }
}
