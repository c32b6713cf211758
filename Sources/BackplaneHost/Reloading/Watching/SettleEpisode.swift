// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// What is known of one change of a file, from its first sign on; see `SettleDetector`.
struct SettleEpisode: Sendable {
    /// When it began.
    let seen: Instant
    /// When the file last became another.
    private(set) var changed: Instant
    /// The longest time for which it was left alone before it became another again.
    private(set) var longestPause: Duration = .zero
    /// How it looked last.
    private(set) var sight: FileSight?
    /// Whether the last that was heard of a writer is that it has finished.
    private(set) var isFinished = false
    /// Whether somebody was heard to write who was not heard to finish.
    private(set) var isOpen = false
    /// Whether the file may be whole although it was not left alone for any time.
    private(set) var isPrompt = false
    /// Whether this is the first look at the file, and nothing has happened.
    var isBeginning = false
    /// The file's stamp when it was read and found wanting.
    var lacking: FileStamp?

    init(at now: Instant) {
        seen = now
        changed = now
    }

    mutating func note(_ signal: SettleDetector.Signal, at now: Instant) {
        // Whatever it is about, the bytes may be others within one tick of the clock.
        lacking = nil
        switch signal {
        case .written, .created:
            touch(at: now)
            isFinished = false
            isOpen = true
            isPrompt = signal == .created
        case .finished:
            touch(at: now)
            isFinished = true
            isOpen = false
            isPrompt = true
        case .relinked:
            if !isOpen { isPrompt = true }
        case .doubted: break
        }
    }

    mutating func see(_ sight: FileSight, at now: Instant) {
        if let last = self.sight, last != sight {
            touch(at: now)
            lacking = nil
        }
        self.sight = sight
    }

    /// It became another while it was read: somebody writes of whom nothing was heard.
    mutating func tear(at now: Instant) {
        touch(at: now)
        isFinished = false
        isPrompt = false
        lacking = nil
    }

    private mutating func touch(at now: Instant) {
        longestPause = max(longestPause, now.duration(since: changed))
        changed = now
    }
}
