// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport

@testable import BackplaneHost

/// A detector, the file it is about, and the time.
struct SettleScene {
    var detector: SettleDetector
    var now = Instant(nanoseconds: 1_000_000_000)
    var sight: FileSight
    var writer = WriterPresence.none
    /// The hash of the file's bytes.
    var hash: UInt64 = 1
    var incomplete: String?
    var refusal: String?
    var isTorn = false
    /// How often the file was read.
    var reads = 0

    /// Begins with a file of hash 1 that is known.
    init(rules: SettleRules = .image, known: UInt64? = 1) {
        sight = .file(Self.stamp(1))
        let hash = known ?? 1
        detector = SettleDetector(rules: rules, known: hash, at: now)
        self.hash = hash
        _ = step()
        reads = 0
    }

    /// Begins with what lies there.
    init(sight: FileSight, hash: UInt64 = 1, incomplete: String? = nil) {
        self.sight = sight
        self.hash = hash
        self.incomplete = incomplete
        detector = SettleDetector(rules: .image, sight: sight, at: now)
    }

    static func stamp(_ number: Int64, size: Int64 = 100) -> FileStamp {
        FileStamp(inode: 1, size: size, modified: number, changed: number)
    }

    /// The file has other bytes, and its stamp shows it.
    mutating func write(_ hash: UInt64, incomplete: String? = nil) {
        self.hash = hash
        self.incomplete = incomplete
        sight = .file(Self.stamp(Int64(now.nanoseconds)))
    }

    mutating func note(_ signal: SettleDetector.Signal) { detector.note(signal, at: now) }

    mutating func pass(_ time: Duration) { now = now.advanced(by: time) }

    /// Looks, and reads when asked to.
    mutating func step() -> SettleDetector.Step {
        let writer = writer
        let step = detector.look(sight, at: now, writer: { writer })
        guard step == .examine else { return step }
        reads += 1
        guard !isTorn, case .file(let stamp) = sight else {
            return detector.examined(.torn, at: now)
        }
        if let refusal { return detector.examined(.refused(refusal), at: now) }
        return detector.examined(
            .content(stamp, hash: hash, incomplete: incomplete), at: now)
    }

    /// Looks whenever the detector wants to, until it reports or rests.
    ///
    /// - Returns: The report, none for rest, and how long it took.
    mutating func run() -> (report: SettleDetector.Report?, time: Duration) {
        let start = now
        while true {
            switch step() {
            case .rest: return (nil, now.duration(since: start))
            case .report(let report): return (report, now.duration(since: start))
            case .wait(let until):
                precondition(until > now, "it wants to look again at once")
                now = until
            case .examine: preconditionFailure("it was read")
            }
        }
    }
}
