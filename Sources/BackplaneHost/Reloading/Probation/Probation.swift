// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Judges a new generation beside the one before, for a while.
///
/// Pure: the counts and the time are handed in.
///
/// A generation fails when one of its workers dies, or when, of at least `minimumSample` calls, the
/// share that ended `failed`, `crashed` or `internal` is more than `tolerance` above its
/// predecessor's: a service whose callers provoke errors all the time is no worse for a reload.
struct Probation: Sendable {
    /// What is to be done about it.
    enum Verdict: Sendable, Equatable {
        case goOn
        /// Its time is over, and nothing speaks against it.
        case passed
        /// It does worse, as the words say.
        case failed(String)
    }

    /// So many calls say something.
    static let minimumSample: UInt64 = 10
    /// A share of faulty calls that is chance, in 1.
    static let tolerance = 0.1

    /// How the calls of the generation before ended.
    let baseline: GenerationTally.Reading
    /// When it is over.
    let end: Instant

    /// Judges the calls so far.
    func judge(_ reading: GenerationTally.Reading, at now: Instant) -> Verdict {
        if reading.ended >= Self.minimumSample,
            reading.ratio > baseline.ratio + Self.tolerance
        {
            return .failed(
                "\(reading.faulty) of its first \(reading.ended) calls failed; of its "
                    + "predecessor's \(baseline.faulty) of \(baseline.ended)")
        }
        return now >= end ? .passed : .goOn
    }
}
