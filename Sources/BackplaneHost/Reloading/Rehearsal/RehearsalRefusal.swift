// SPDX-License-Identifier: Apache-2.0

/// Puts a failure of a rehearsal into words: what happened, to which plugin, what to do.
///
/// Pure, so that a table of cases proves it.
struct RehearsalRefusal: Sendable {
    let service: String
    /// The file that people know, and the private copy of it that was opened.
    let original: String
    let copy: String

    /// The error that refuses the plugin.
    ///
    /// Its code is `incompatible` when the same bytes will be refused again, whatever happens around
    /// them: when they can't be opened, or don't read the state.
    func error(_ failure: RehearsalFailure, in step: RehearsalStep) -> CallError {
        var error =
            switch failure {
            case .ended(let words, let said):
                CallError(
                    .unavailable,
                    "\(original) \(words) in `\(step.rawValue)`, in its rehearsal"
                        + (said.map { ", saying \"\($0)\"; " } ?? "; ")
                        + remedy(afterEndIn: step))
            case .late(let limit):
                CallError(
                    .unavailable,
                    "\(original) did not finish `\(step.rawValue)` within \(DurationWords.text(limit)), "
                        + "in its rehearsal; \(remedy(afterDelayIn: step))")
            case .givenUp:
                CallError(.cancelled, "the rehearsal of \(original) was given up")
            case .refused(let error): refused(error, in: step)
            }
        error.message.replace(copy, with: original)
        return error
    }

    private func refused(_ error: CallError, in step: RehearsalStep) -> CallError {
        var told = error
        switch step {
        case .open:
            // Such words name the plugin and the remedy; those of the dynamic linker, no remedy.
            if error.type == "unresolved" {
                told.message += "; link what has it, or put that beside the plugin, and rebuild it"
            }
            return told
        case .create:
            told.message =
                "\(original) failed in `init`, in its rehearsal: \(error.message); correct the config "
                + "of service '\(service)', or rebuild it"
        case .selfTest:
            told.message =
                "\(original) failed its `selfTest`, in its rehearsal: \(error.message); correct what "
                + "it finds, or rebuild it"
        case .restore:
            told.message =
                "\(original) can't take up the state of the running generation: \(error.message); "
                + "have it read that state too (see readsStateVersions), or restart service "
                + "'\(service)' to begin without"
        }
        let isLasting = error.code == .incompatible || error.code == .invalidArgument
        told.code = step == .restore || isLasting ? .incompatible : .unavailable
        return told
    }

    private func remedy(afterEndIn step: RehearsalStep) -> String {
        switch step {
        case .open: "look at its static initialisers, and rebuild it"
        case .create:
            "see what service '\(service)' logged at level debug, and rebuild it; one that can't be "
                + "made twice wants rehearse: open"
        case .selfTest, .restore:
            "see what service '\(service)' logged at level debug, and rebuild it"
        }
    }

    private func remedy(afterDelayIn step: RehearsalStep) -> String {
        switch step {
        case .open: "look at its static initialisers, or raise start-timeout"
        case .create, .selfTest: "raise start-timeout, or set rehearse: open"
        case .restore: "raise start-timeout"
        }
    }
}
