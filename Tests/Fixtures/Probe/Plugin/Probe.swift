// SPDX-License-Identifier: Apache-2.0

public import Backplane

/// Reaches every way in which a call can go, for the tests of hosts.
public final class Probe: Plugin {
    /// What it offers.
    public static let manifest = Manifest<Probe>("probe", version: "1.0.0", summary: "A fixture.") {
        Method("echo", Probe.echo, "value", idempotent: true)
    }

    private let comm: Comm

    /// Makes an instance.
    public init(_ comm: Comm) async throws { self.comm = comm }

    func echo(_ value: Value) -> Value { value }
}
