// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Probe

/// The probe without a state, so that it may have several workers.
public final class StatelessProbe: Plugin {
    /// The probe's methods.
    public static let manifest = Manifest<StatelessProbe>("stateless-probe", version: "1.0.0") {
        Probe.manifest.methods.map { Method($0) { $0.inner } }
    }

    private let inner: Probe

    /// Makes an instance, with a probe in it.
    public init(_ comm: Comm) async throws {
        inner = try await Probe(comm)
    }
}
