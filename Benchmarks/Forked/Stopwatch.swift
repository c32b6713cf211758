// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Times what is done again and again.
struct Stopwatch: Sendable {
    /// What was timed.
    struct Times: Sendable {
        /// Nanoseconds of each batch.
        var samples: [UInt64] = []
        /// In which part of the looks both sides were on one CPU.
        var sharedPart: Double?
    }

    /// How many batches, after a tenth more that warm up.
    let samples: Int
    /// How often it is done in each.
    let batch: Int
    /// The process on the other side, when it is to be seen where it runs.
    var watched: pid_t?

    /// So many batches go by between two looks at the other side, which take longer than they.
    private static let lookInterval = 50

    /// Times what blocks.
    func time(_ body: () throws -> Void) rethrows -> Times {
        var log = Log(self)
        for sample in -(samples / 10)..<samples {
            let begin = ContinuousClock.now
            for _ in 0..<batch { try body() }
            log.note(ContinuousClock.now - begin, of: sample)
        }
        return log.times
    }

    /// Times what suspends.
    func time(_ body: () async throws -> Void) async rethrows -> Times {
        var log = Log(self)
        for sample in -(samples / 10)..<samples {
            let begin = ContinuousClock.now
            for _ in 0..<batch { try await body() }
            log.note(ContinuousClock.now - begin, of: sample)
        }
        return log.times
    }

    private struct Log {
        private var samples: [UInt64] = []
        private var watch: CoreWatch?

        init(_ stopwatch: Stopwatch) {
            samples.reserveCapacity(stopwatch.samples)
            watch = stopwatch.watched.map { CoreWatch($0) }
        }

        /// Keeps a time, unless it belongs to the warming up.
        mutating func note(_ time: Duration, of sample: Int) {
            guard sample >= 0 else { return }
            samples.append(UInt64(time.nanoseconds))
            if sample % Stopwatch.lookInterval == 0 { watch?.look() }
        }

        var times: Times { Times(samples: samples, sharedPart: watch?.sharedPart) }
    }
}
