// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Decides when a file's new bytes count, and what became of it.
///
/// Pure: signals, sights and the time come in, the next step comes out. Everything from the first
/// sign of a change to the report of it is one episode.
///
/// ```
/// note(signal) ─▶ look(sight) ─┬─▶ wait ─▶ look …
///                              ├─▶ examine ─▶ examined(bytes) ─┬─▶ wait ─▶ look …
///                              │                               └─▶ report, or rest
///                              └─▶ report, or rest
/// ```
struct SettleDetector: Sendable {
    /// A sign that the file may be another.
    enum Signal: Sendable, Hashable {
        /// Somebody is writing and has not closed it.
        case written
        /// It came into being: written next, or a link to a file that is whole.
        case created
        /// A writer has closed it, or it was moved here.
        case finished
        /// A link, a directory on the way to it or its permissions are others.
        case relinked
        /// Something may have been missed.
        case doubted
    }

    /// What is to be done next.
    enum Step: Sendable, Hashable {
        /// Nothing, until there is a signal or the file looks different.
        case rest
        /// Look again at this time.
        case wait(until: Instant)
        /// Read the file.
        case examine
        case report(Report)
    }

    /// What became of the file.
    struct Report: Sendable, Hashable {
        var kind: FileChange.Kind
        var contentHash: UInt64?
        /// When the episode began.
        var seen: Instant
        /// When the file last became another.
        var written: Instant
    }

    /// What was last reported, or was there to begin with.
    private enum Told: Hashable {
        case absent
        case content
        case incomplete(UInt64)
        case refused(String)
    }

    let rules: SettleRules
    /// The hash of the bytes that last settled, or were there to begin with.
    private(set) var known: UInt64?
    private var told: Told
    /// How the file looked when `told` was decided; nothing when it was not looked at.
    private var decided: FileSight?
    private var episode: SettleEpisode?

    /// Begins with the hash of bytes that are in use; what lies there now is compared with them.
    init(rules: SettleRules, known: UInt64, at now: Instant) {
        self.rules = rules
        self.known = known
        told = .content
        episode = SettleEpisode(at: now)
        episode?.note(.relinked, at: now)
    }

    /// Begins with what lies there, `sight`, which is not reported.
    init(rules: SettleRules, sight: FileSight, at now: Instant) {
        self.rules = rules
        decided = sight
        switch sight {
        case .missing: told = .absent
        case .refused(let words): told = .refused(words)
        case .file:
            told = .content
            episode = SettleEpisode(at: now)
            episode?.isBeginning = true
        }
    }

    /// Takes note of a signal; `look` next.
    mutating func note(_ signal: Signal, at now: Instant) {
        if episode == nil { episode = SettleEpisode(at: now) }
        episode?.note(signal, at: now)
    }

    /// Decides on what lies there.
    ///
    /// - Parameter writer: Asked only when it matters.
    mutating func look(
        _ sight: FileSight, at now: Instant, writer: () -> WriterPresence
    ) -> Step {
        if episode == nil, isWorthAnEpisode(sight) { note(.doubted, at: now) }
        guard var current = episode else { return .rest }
        current.see(sight, at: now)
        episode = current
        switch sight {
        case .missing:
            if told == .absent { return end(sight) }
            return after(rules.absence, current, at: now) {
                $0.report(.vanished, nil, told: .absent, sight)
            }
        case .refused(let words):
            if told == .refused(words) { return end(sight) }
            return after(rules.refusal, current, at: now) {
                $0.report(.unreadable(words), nil, told: .refused(words), sight)
            }
        case .file(let stamp):
            // Read once already, in vain: only time can tell more.
            if current.lacking == stamp {
                return after(refusal(current), current, at: now) { _ in .examine }
            }
            return readiness(current, at: now, writer: writer)
        }
    }

    /// Decides on what was read.
    mutating func examined(_ examination: FileExamination, at now: Instant) -> Step {
        guard var current = episode else { return .rest }
        switch examination {
        case .torn:
            current.tear(at: now)
            episode = current
            return .wait(until: now.advanced(by: rules.look))
        case .refused(let words):
            guard case .file(let stamp)? = current.sight else { return wait(current, at: now) }
            if told == .refused(words) { return end(.file(stamp)) }
            if current.isBeginning {
                told = .refused(words)
                return end(.file(stamp))
            }
            return later(current, stamp, at: now) {
                $0.report(.unreadable(words), nil, told: .refused(words), .file(stamp))
            }
        case .content(let stamp, let hash, let incomplete):
            if current.isBeginning { return begin(current, stamp, hash, incomplete, at: now) }
            if hash == known {
                if told == .content, isSameWriting(stamp) { return end(.file(stamp)) }
                return report(.unchanged, hash, told: .content, .file(stamp))
            }
            guard let incomplete else {
                known = hash
                return report(.settled, hash, told: .content, .file(stamp))
            }
            if told == .incomplete(hash) { return end(.file(stamp)) }
            return later(current, stamp, at: now) {
                $0.report(.incomplete(incomplete), hash, told: .incomplete(hash), .file(stamp))
            }
        }
    }

    /// Whether the file is to be looked into without a signal.
    private func isWorthAnEpisode(_ sight: FileSight) -> Bool {
        if sight != decided { return true }
        // What can't be opened may be openable again without a trace: too many open files.
        if case .refused = told, case .file = sight { return true }
        return false
    }

    /// Whether nobody has written since the file was last looked into; `install` and linkers change
    /// its permissions after it has settled, which is no news.
    private func isSameWriting(_ stamp: FileStamp) -> Bool {
        switch decided {
        case nil: true
        case .file(let last): stamp.isSameWriting(as: last)
        case .missing, .refused: false
        }
    }

    /// Whether a regular file may be read now.
    private func readiness(
        _ current: SettleEpisode, at now: Instant, writer: () -> WriterPresence
    ) -> Step {
        if current.isBeginning { return .examine }
        let quiet = quiet(current)
        let isQuiet = now >= current.changed.advanced(by: quiet)
        guard isQuiet || current.isPrompt else { return wait(current, for: quiet, at: now) }
        switch writer() {
        case .none: return .examine
        case .unknown where current.isFinished: return .examine
        case .unknown where !current.isOpen:
            return isQuiet ? .examine : wait(current, for: quiet, at: now)
        case .some, .unknown:
            // The one that has just closed it may be counted as a writer for some time yet.
            let age = now.duration(since: current.changed)
            let openQuiet = max(rules.openQuiet, quiet)
            if age >= openQuiet { return .examine }
            let pause = min(max(age / 2, rules.firstLook), rules.look)
            return .wait(
                until: min(now.advanced(by: pause), current.changed.advanced(by: openQuiet)))
        }
    }

    /// Takes what lies there to begin with as it is, unless it is another already.
    private mutating func begin(
        _ current: SettleEpisode, _ stamp: FileStamp, _ hash: UInt64, _ incomplete: String?,
        at now: Instant
    ) -> Step {
        guard decided == .file(stamp) else {
            var next = current
            next.isBeginning = false
            next.note(.doubted, at: now)
            episode = next
            return wait(next, at: now)
        }
        known = incomplete == nil ? hash : nil
        told = incomplete == nil ? .content : .incomplete(hash)
        return end(.file(stamp))
    }

    private func quiet(_ current: SettleEpisode) -> Duration {
        min(max(rules.quiet, current.longestPause * 2), rules.longestQuiet)
    }

    private func refusal(_ current: SettleEpisode) -> Duration {
        max(rules.refusal, quiet(current))
    }

    /// Waits for `quiet` at most, with looks in between.
    private func wait(
        _ current: SettleEpisode, for quiet: Duration? = nil, at now: Instant
    ) -> Step {
        let next = now.advanced(by: rules.look)
        guard let quiet else { return .wait(until: next) }
        return .wait(until: min(next, current.changed.advanced(by: quiet)))
    }

    /// Does `then` if the file was left alone for a time, else waits.
    private mutating func after(
        _ time: Duration, _ current: SettleEpisode, at now: Instant,
        _ then: (inout SettleDetector) -> Step
    ) -> Step {
        guard now >= current.changed.advanced(by: time) else {
            return wait(current, for: time, at: now)
        }
        return then(&self)
    }

    /// Does `then` if it is time to say that the file can't be used, else remembers that.
    private mutating func later(
        _ current: SettleEpisode, _ stamp: FileStamp, at now: Instant,
        _ then: (inout SettleDetector) -> Step
    ) -> Step {
        episode?.lacking = stamp
        return after(refusal(current), current, at: now, then)
    }

    private mutating func report(
        _ kind: FileChange.Kind, _ hash: UInt64?, told: Told, _ sight: FileSight
    ) -> Step {
        guard let current = episode else { return .rest }
        self.told = told
        _ = end(sight)
        return .report(
            Report(
                kind: kind, contentHash: hash, seen: current.seen, written: current.changed))
    }

    private mutating func end(_ sight: FileSight) -> Step {
        decided = sight
        episode = nil
        return .rest
    }
}
