// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// One watched path, and what is known of it.
struct WatchedFile {
    let path: String
    var trail = PathTrail()
    var detector: SettleDetector
    /// When it is to be looked at again.
    var nextLook = Instant.distantPast

    init(_ path: String, _ start: WatchMailbox.Start, _ rules: SettleRules, at now: Instant) {
        self.path = path
        detector =
            switch start {
            case .known(let hash): SettleDetector(rules: rules, known: hash, at: now)
            case .sight(let sight): SettleDetector(rules: rules, sight: sight, at: now)
            }
    }

    mutating func note(_ signal: SettleDetector.Signal, at now: Instant) {
        detector.note(signal, at: now)
        nextLook = .distantPast
    }

    /// Looks, and reads the file if it is time to; says what became of it once that is clear.
    mutating func look() -> FileChange? {
        let path = path
        var step = detector.look(
            FileSight(path: path), at: .now, writer: { WriterPresence(path: path) })
        while true {
            switch step {
            case .rest:
                nextLook = .never
                return nil
            case .wait(let until):
                nextLook = until
                return nil
            case .examine:
                let examination = FileExamination(path: path, known: detector.known)
                step = detector.examined(examination, at: .now)
            case .report(let report):
                nextLook = .never
                return FileChange(
                    path: path, kind: report.kind, contentHash: report.contentHash,
                    seen: report.seen, written: report.written, settled: .now)
            }
        }
    }
}
