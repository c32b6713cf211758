// SPDX-License-Identifier: Apache-2.0

/// Something that happened to a service, or to the host, that an operator may want to know of later.
struct HostEvent: Sendable, Equatable {
    /// What happened.
    enum Kind: String, Sendable, CaseIterable {
        /// A generation took over where none was.
        case started
        /// A generation took over from the last one.
        case switched
        /// A generation has finished its calls and is gone.
        case retired
        /// Something new was not taken, and everything stays as it was.
        case refused
        /// The last generation took over again.
        case rolledBack = "rolled-back"
        /// A reload found nothing to do.
        case unchanged
        /// A worker, or a whole generation, ended without being told to.
        case died
        /// A service cannot run, and is not tried again by itself.
        case failed
        /// A service waits for its plugin.
        case waiting
        /// A service was taken down.
        case stopped
        /// A changed configuration was taken over.
        case configured
        /// Nothing is wrong yet.
        case warning
    }

    /// A part of what happened, and how long it took.
    struct Phase: Sendable, Equatable {
        var name: String
        var duration: Duration
    }

    /// Counts up from 1 within the host; gaps show followers what they missed.
    var number: UInt64
    var time: Timestamp
    /// The service, or `host`.
    var service: String
    var kind: Kind
    /// The generation that it is about.
    var generation: Int?
    /// Why it happened, in words.
    var cause: String?
    /// The hash of the plugin's bytes, in hex.
    var hash: String?
    /// In the order in which they happened.
    var phases: [Phase] = []
    /// What there is to say besides.
    var message: String?
}
