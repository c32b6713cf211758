// SPDX-License-Identifier: Apache-2.0

/// Times blocks of code.
enum Median {
    /// The median time of `rounds` runs of `body`, in nanoseconds.
    static func nanoseconds(rounds: Int, _ body: () -> Void) -> Double {
        let times = (0..<rounds).map { _ in ContinuousClock().measure(body).nanoseconds }
        return times.sorted()[rounds / 2]
    }
}

/// Takes values so that the code that makes them stays.
enum Blackhole {
    @inline(never)
    static func take(_ value: Int) {}
}

extension Duration {
    /// The duration as a number of nanoseconds.
    var nanoseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
    }
}
