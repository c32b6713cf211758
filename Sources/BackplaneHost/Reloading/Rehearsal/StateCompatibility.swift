// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage

/// What becomes of the state when one build of a plugin takes over from another.
///
/// Decided from what the two say of themselves, before anything is saved.
enum StateCompatibility: Sendable, Equatable {
    /// The running build has none to hand over.
    case nothing
    /// One of the two says no versions: what is saved is tried.
    case unknown
    /// The new build reads what the running one saves.
    case readable
    /// The new build reads it when the running one saves it as this version.
    case convertible(to: Int)
    /// The new build has no state: what the running one has is lost, in these words.
    ///
    /// Allowed, because the author took the state out; it is worth a warning.
    case dropped(String)
    /// The new build can't take over, in these words.
    case refused(CallError)

    /// Decides what becomes of the state of `running` when `candidate` takes over.
    init(from running: PluginDescription, to candidate: PluginDescription, service: String) {
        guard running.hasState else {
            self = .nothing
            return
        }
        guard candidate.hasState else {
            self = .dropped(
                "plugin '\(candidate.name)' has no state any more: what the running generation of "
                    + "service '\(service)' keeps is lost")
            return
        }
        guard let old = running.state, let new = candidate.state else {
            self = .unknown
            return
        }
        if new.reads.contains(old.version) {
            self = .readable
        } else if old.writes.overlaps(new.reads) {
            // Of those that both know, the one that loses least.
            let common = old.writes.clamped(to: new.reads)
            self = .convertible(
                to: old.version < common.lowerBound ? common.lowerBound : common.upperBound)
        } else {
            self = .refused(Self.unreadable(old, new, candidate.name, service))
        }
    }

    /// The version that the running build is to save, where it matters.
    var version: Int? {
        if case .convertible(let version) = self { version } else { nil }
    }

    /// Why a plugin can't keep its state where a service is to run, if it can't.
    ///
    /// Each worker process has a state of its own: of several, every call would meet another.
    static func placement(
        of plugin: PluginDescription, in service: ServiceConfiguration
    ) -> CallError? {
        guard plugin.hasState, service.slot == .forked, service.workers > 1 else { return nil }
        return CallError(
            .incompatible,
            "plugin '\(plugin.name)' keeps state, and \(service.workers) forked workers would each "
                + "have a state of their own; set workers: 1, or mount it async")
    }

    private static func unreadable(
        _ old: StateVersions, _ new: StateVersions, _ plugin: String, _ service: String
    ) -> CallError {
        CallError(
            .incompatible,
            "plugin '\(plugin)' reads version \(words(new.reads)) of its state, the running generation "
                + "of service '\(service)' saves version \(old.version) and writes "
                + "\(words(old.writes)); have it read version \(old.version) too (see "
                + "readsStateVersions), or restart the service to begin without")
    }

    private static func words(_ versions: ClosedRange<Int>) -> String {
        versions.count == 1
            ? "\(versions.lowerBound)" : "\(versions.lowerBound) to \(versions.upperBound)"
    }
}
