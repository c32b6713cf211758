// SPDX-License-Identifier: Apache-2.0

/// What a service is, as opposed to what it was told to be.
public enum ServiceState: Sendable, Hashable {
    /// Nobody wants it to run.
    case stopped
    /// Its plugin file isn't there yet; it comes up when it is.
    case waiting(lookedAt: [String])
    /// A generation is on its way.
    case starting
    /// It takes calls.
    case running
    /// It failed and is tried again.
    case backingOff(reason: String)
    /// It failed in a way that trying again doesn't mend.
    case failed(reason: String)
    /// It finishes its calls and ends.
    case stopping

    /// The word that `ps` shows.
    public var name: String {
        switch self {
        case .stopped: "stopped"
        case .waiting: "waiting"
        case .starting: "starting"
        case .running: "running"
        case .backingOff: "backing-off"
        case .failed: "failed"
        case .stopping: "stopping"
        }
    }

    /// Why it isn't ready, for people; nothing when it is.
    public var reason: String? {
        switch self {
        case .waiting(let paths):
            "waiting for its plugin; looked at " + paths.joined(separator: ", ")
        case .backingOff(let reason), .failed(let reason): reason
        case .stopped, .starting, .running, .stopping: nil
        }
    }

    /// Whether it stays as it is until something happens.
    var isSettled: Bool {
        switch self {
        case .starting, .stopping: false
        case .stopped, .waiting, .running, .backingOff, .failed: true
        }
    }
}
