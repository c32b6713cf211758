// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Glibc

/// A worker that sends as fast as it can to a consumer that takes a thousand messages a second, in a
/// host that is this program.
struct Soak {
    /// What `docs/comm.md` says may wait in the host for one call: what its consumer has not taken,
    /// and a worker's window on its way there.
    static let hostBytes = (16 + 4) << 20
    /// What it says may wait in a worker for one call.
    static let workerBytes = 4 << 20

    /// Messages that the consumer takes in a second.
    private static let rate = 1000

    /// What came of it.
    struct Report: CustomStringConvertible {
        let size: Int
        let consumed: Int
        let seconds: Double
        let flood: Flood
        let hostGrowth: Int
        let workerGrowth: Int

        /// Whether memory was bounded, the sender told so, and the consumer served, none lost.
        var isKept: Bool {
            hostGrowth <= Soak.hostBytes && workerGrowth <= Soak.workerBytes && flood.refused > 0
                && consumed == flood.sent && Double(consumed) >= 0.9 * seconds * Double(Soak.rate)
        }

        var description: String {
            "messages of \(size) bytes: \(flood.sent) sent, \(flood.refused) times no room, "
                + "\(consumed) taken in \((seconds * 10).rounded() / 10) s; the host grew by "
                + "\(hostGrowth >> 10) KiB of \(Soak.hostBytes >> 10), the worker by "
                + "\(workerGrowth >> 10) KiB of \(Soak.workerBytes >> 10)"
                + (isKept ? "" : ": MISSED")
        }
    }

    /// What the worker says of it.
    struct Flood: Decodable {
        let sent: Int
        let refused: Int
    }

    let host: BackplaneHost.Host
    let seconds: Int
    /// Bytes of a message.
    let size: Int

    func run() async throws -> Report {
        // Whatever is made once is made before anybody looks.
        _ = try await flood(for: .milliseconds(500), isSlow: false)
        let worker: Int32 = try await host.open("probe", "processNumber").value()
        let before = [getpid(), worker].map(ResidentMemory.bytes)
        let memory = ResidentMemory(of: [getpid(), worker])
        let begin = ContinuousClock.now
        let (consumed, flood) = try await flood(for: .seconds(seconds), isSlow: true)
        let growth = zip(memory.end(), before).map { $0 - $1 }
        return Report(
            size: size, consumed: consumed, seconds: (ContinuousClock.now - begin) / .seconds(1),
            flood: flood, hostGrowth: growth[0], workerGrowth: growth[1])
    }

    private func flood(for time: Duration, isSlow: Bool) async throws -> (Int, Flood) {
        let call = host.open(
            "probe", "flood", Int(time / .milliseconds(1)), size, timeout: time + .seconds(60))
        var count = 0
        let begin = ContinuousClock.now
        for try await _ in call.messages {
            count += 1
            guard isSlow else { continue }
            try await Task.sleep(
                until: begin.advanced(by: .seconds(1) * count / Self.rate), clock: .continuous)
        }
        return (count, try await call.value())
    }
}
