// SPDX-License-Identifier: Apache-2.0

/// What the machine and its peers can do, measured by C programs in which nothing is ours.
///
/// Measured anew each time it is asked for, so that it stands beside what it is compared with.
enum MachineLimits {
    /// What such a program found.
    struct Finding {
        /// Nanoseconds.
        let samples: [UInt64]
        var placement: Placement

        /// How often a second it happened, when each sample is the time of a batch.
        func rate(batch: Int) -> Double {
            Double(samples.count * batch) / Double(samples.reduce(0, +)) * 1e9
        }
    }

    /// Trips of 64 bytes that are timed together, because the clock takes half as long as one.
    static let spinBatch = 16

    /// Two processes hand 64 bytes to and fro and never sleep.
    static func spinning() throws -> Finding {
        try limit("spin", .otherCore, samples: 2000, batch: spinBatch)
    }

    /// Two processes hand 64 bytes to and fro and are woken each time.
    static func sleeping(_ kind: Placement.Kind) throws -> Finding {
        try limit("futex", kind, samples: 3000)
    }

    /// A mebibyte is copied three times.
    static func copies() throws -> Finding {
        try limit("copy", .sameCore, samples: 200, size: 1 << 20)
    }

    /// A small process is forked and says a word.
    static func forks() throws -> Finding {
        try limit("fork", .unpinned, samples: 500)
    }

    private static func limit(
        _ name: String, _ kind: Placement.Kind, samples: Int, batch: Int = 1, size: Int = 0
    ) throws -> Finding {
        try run("backplane-limits", name, kind, [samples, batch, size])
    }

    /// Runs a program that measures; see `Limits/measuring.h` for what it prints.
    static func run(
        _ program: String, _ name: String, _ kind: Placement.Kind, _ numbers: [Int]
    ) throws -> Finding {
        var placement = try Placement(kind)
        let cpus = [placement.caller, placement.worker].map { "\($0 ?? -1)" }
        let path = "\(BenchHost.products)/\(program)"
        let bytes: [UInt8]
        do {
            bytes = try ChildOutput.of(
                path, [name] + cpus + numbers.map(String.init), environment: [:])
        } catch {
            throw NotRun(program: path, cause: error)
        }
        let words = Self.words(bytes)
        guard words.count > 4, words.count == 4 + Int(words[3]) else {
            throw NotRun(program: path, cause: ChildFailed(status: 0))
        }
        placement.sharedPart = Double(words[2]) / Double(words[3])
        return Finding(samples: Array(words.dropFirst(4)), placement: placement)
    }

    private static func words(_ bytes: [UInt8]) -> [UInt64] {
        stride(from: 0, to: bytes.count - 7, by: 8).map { begin in
            // Written by a program of this machine, in its order.
            bytes[begin..<begin + 8].enumerated().reduce(0) { word, next in
                word | UInt64(next.element) << (8 * next.offset)
            }
        }
    }

    /// A program did not measure what it was to measure.
    struct NotRun: Error, CustomStringConvertible {
        let program: String
        let cause: any Error

        var description: String { "\(program) failed (\(cause)); `make bench` builds it" }
    }
}
