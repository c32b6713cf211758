// SPDX-License-Identifier: Apache-2.0

/// The rates of many assaults: where the scheduler puts whom is worth more than most attacks, so that
/// only medians say something.
public struct AssaultTally: Sendable {
    private var before: [Double] = []
    private var during: [Attack: [Double]] = [:]

    /// Makes an empty one.
    public init() {}

    /// Adds what was measured.
    public mutating func add(_ assault: Assault) {
        before.append(assault.rates.before)
        during[assault.attack, default: []].append(assault.rates.during)
    }

    /// The neighbour's calls in a second when nobody attacked.
    public var undisturbed: Double { Self.median(before) }

    /// What part of that it had during each attack, in the order of the attacks.
    public var parts: [(attack: Attack, part: Double)] {
        Attack.allCases.compactMap { attack in
            during[attack].map { (attack, Self.median($0) / undisturbed) }
        }
    }

    /// Those during which it had less than half, as far as one can say.
    public var doubtful: [Attack] { parts.filter { $0.part < 0.5 }.map(\.attack) }

    /// Whether it had at least half, whatever the attack.
    public var isServed: Bool { doubtful.isEmpty }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[(values.count - 1) / 2]
    }
}
