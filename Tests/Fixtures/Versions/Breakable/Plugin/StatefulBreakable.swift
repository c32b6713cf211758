// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Synchronization
public import Versioning

/// A plugin with a counter for a state, broken in the way that `Mode` says.
public final class StatefulBreakable: Versioned {
    /// The counter, beside what every version has.
    public static let manifest = Manifest<StatefulBreakable>("breakable", version: "1.0.0") {
        versionedMethods()
        Method("increment", StatefulBreakable.increment, summary: "How far it has come.")
    }

    /// The instance's line to its host.
    public let comm: Comm
    private let breakage: Breakage
    private let counter = Mutex(0)

    /// Makes an instance, if it is not here that it breaks.
    public init(_ comm: Comm) throws {
        self.comm = comm
        breakage = try Breakage(comm)
    }

    /// Breaks, or not.
    public func selfTest() throws { try breakage.selfTest() }

    /// Breaks, or not.
    public func prepareAnswer() throws { try breakage.answer() }

    func increment() -> Int {
        counter.withLock {
            $0 += 1
            return $0
        }
    }
}

extension StatefulBreakable: StatefulPlugin {
    /// 1, and 9 of a build that is ahead.
    public static var stateVersion: Int {
        [.readsNewer, .savesNewer].contains(Mode.current) ? 9 : 1
    }

    /// The one version, or all up to 9.
    public static var readsStateVersions: ClosedRange<Int> {
        Mode.current == .savesNewer ? 1...9 : stateVersion...stateVersion
    }

    /// Gives the counter.
    public func save() -> [String: Int] { ["count": counter.withLock { $0 }] }

    /// Takes up the counter, or breaks.
    public func restore(_ state: [String: Int]) throws {
        try breakage.restore()
        counter.withLock { $0 = state["count"] ?? 0 }
    }
}
