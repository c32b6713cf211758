// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Synchronization

/// One attack, and what it does to the neighbour of who attacks.
public struct Assault: Sendable, CustomStringConvertible {
    /// What was done.
    public let attack: Attack
    /// The neighbour's calls in a second before it, and while it went on.
    public let rates: (before: Double, during: Double)
    /// How the call ended that attacked.
    public let error: String
    /// Whether it ended as it has to.
    public let isRecognised: Bool
    /// Whether there is another worker now, and the neighbour's is the same.
    public let isReplaced: Bool

    /// Whether the neighbour had at least half of what it had before.
    public var isServed: Bool { rates.during >= rates.before / 2 }

    /// Whether the host did what it has to; how the neighbour was served, many of them say better
    /// than one.
    public var isSurvived: Bool { isRecognised && isReplaced }

    /// All of it.
    public var description: String {
        "\(attack.rawValue): \(Int(rates.before)) calls a second before, \(Int(rates.during)) during"
            + (isServed ? "" : ": TOO FEW") + (isReplaced ? "" : ", NOT REPLACED")
            + (isRecognised ? "" : ", ended with: \(error)")
    }

    /// Attacks a host, and waits until its worker was replaced.
    ///
    /// - Parameter window: How long the neighbour's calls are counted, at least.
    public static func run(
        _ attack: Attack, on host: HostileHost, window: Duration
    ) async throws -> Assault {
        let neighbour = try await host.process(of: "neighbour")
        let victim = try await host.process(of: "hostile")
        let before = try await host.rate(until: Self.timer(window))
        let isOver = Flag()
        async let outcome = {
            defer { isOver.raise() }
            return await host.attack(attack)
        }()
        // A breach is over at once: the killing and replacing belong to it.
        let timer = Self.timer(window)
        let during = try await host.rate { timer() && isOver.isRaised }
        let error = await outcome.error
        let replacement = try await host.process(of: "hostile")
        let stayed = try await host.process(of: "neighbour") == neighbour
        let words = error.map { "\($0.code): \($0.message)" } ?? "a value"
        return Assault(
            attack: attack, rates: (before, during), error: words,
            isRecognised: Self.isRight(error, for: attack),
            isReplaced: replacement != victim && stayed)
    }

    private static func isRight(_ error: CallError?, for attack: Attack) -> Bool {
        guard let error else { return false }
        switch attack.effect {
        case .breach:
            return error.code == .crashed && error.message.contains("it broke the protocol")
        case .exit: return error.code == .crashed
        case .overrun: return [.deadlineExceeded, .crashed].contains(error.code)
        }
    }

    private static func timer(_ time: Duration) -> @Sendable () -> Bool {
        let end = ContinuousClock.now.advanced(by: time)
        return { ContinuousClock.now >= end }
    }
}

/// Raised once, seen by others.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }

    func raise() { value.store(true, ordering: .releasing) }
}
