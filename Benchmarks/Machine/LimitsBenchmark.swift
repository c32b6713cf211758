// SPDX-License-Identifier: Apache-2.0

/// The limits of this machine and what a peer reaches on it, which the forked slot is compared with.
///
/// For reading: each comparison measures its own again.
struct LimitsBenchmark: Benchmark {
    let section = "limits"

    func run(into report: inout Report) async throws {
        let spinning = try MachineLimits.spinning()
        report.add(
            "64 B to another process and back, both spinning",
            Percentiles(spinning.samples, batch: MachineLimits.spinBatch),
            placement: spinning.placement)
        for kind in Placement.Kind.allCases {
            let sleeping = try MachineLimits.sleeping(kind)
            report.add(
                "64 B to another process and back, by futex", Percentiles(sleeping.samples),
                placement: sleeping.placement)
        }
        let copies = try MachineLimits.copies()
        report.add(
            "three copies of 1 MiB", Percentiles(copies.samples), placement: copies.placement)
        let forks = try MachineLimits.forks()
        report.add(
            "fork of a small process to its first word", Percentiles(forks.samples),
            placement: forks.placement)
        for kind in [Placement.Kind.otherCore, .unpinned] {
            let pair = try ZeroMQ.pair(inFlight: 64, kind)
            report.add(
                "ZeroMQ PAIR, 64 in flight", pair.perSecond / 1000, "thousand calls/s",
                placement: pair.placement)
            let push = try ZeroMQ.push(kind)
            report.add(
                "ZeroMQ PUSH and PULL", push.perSecond / 1000, "thousand messages/s",
                placement: push.placement)
        }
    }
}
