// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Glibc

/// A plugin that says with each answer which build of it has given it.
public protocol Versioned: Plugin {
    /// The instance's line to its host.
    var comm: Comm { get }

    /// Runs at the beginning of each `answer`; throws when that is to fail.
    func prepareAnswer() throws
}

extension Versioned {
    /// Lets every answer succeed.
    public func prepareAnswer() throws {}

    /// Who speaks.
    public var me: VersionedAnswer {
        VersionedAnswer(
            service: comm.service, version: Version.current, generation: comm.generation)
    }

    /// The methods that every one of them has.
    @ManifestBuilder<Self>
    public static func versionedMethods() -> [Method<Self>] {
        Method("answer", "milliseconds", idempotent: true, summary: "Answers, after a while.") {
            (plugin: Self, milliseconds: Int) in
            try await plugin.answer(milliseconds)
        }
        Method("block", "milliseconds", summary: "Answers; until then it has its thread.") {
            (plugin: Self, milliseconds: Int) in
            plugin.block(milliseconds)
        }
        Method("stream", "count", "milliseconds", summary: "Sends itself, over a while.") {
            (plugin: Self, count: Int, milliseconds: Int) in
            try await plugin.stream(count, milliseconds)
        }
        Method("chain", "targets", "milliseconds", summary: "Itself and what those answer.") {
            (plugin: Self, targets: [String], milliseconds: Int) in
            try await plugin.chain(targets, milliseconds)
        }
        Method("plus", "number", idempotent: true, summary: "The version and a number.") {
            (_: Self, number: Int) in
            Version.current + number
        }
        Method("ask", "number", summary: "What its caller answers, and itself.") {
            (plugin: Self, number: Int) in
            try await plugin.ask(number)
        }
    }

    private func ask(_ number: Int) async throws -> [Int] {
        [try await comm.request(number, as: Int.self), Version.current]
    }

    private func answer(_ milliseconds: Int) async throws -> VersionedAnswer {
        try prepareAnswer()
        if milliseconds > 0 { try await Task.sleep(for: .milliseconds(milliseconds)) }
        return me
    }

    private func block(_ milliseconds: Int) -> VersionedAnswer {
        let end = ContinuousClock.now.advanced(by: .milliseconds(milliseconds))
        while ContinuousClock.now < end { usleep(1000) }
        return me
    }

    private func stream(_ count: Int, _ milliseconds: Int) async throws -> VersionedAnswer {
        for _ in 0..<count {
            try await comm.send(me)
            try await Task.sleep(for: .milliseconds(milliseconds) / count)
        }
        return me
    }

    /// Calls the first service's `chain` with the others, and so on.
    private func chain(_ targets: [String], _ milliseconds: Int) async throws -> [VersionedAnswer] {
        if milliseconds > 0 { try await Task.sleep(for: .milliseconds(milliseconds)) }
        guard let next = targets.first else { return [me] }
        let rest: [VersionedAnswer] = try await comm.call(
            next, "chain", Array(targets.dropFirst()), milliseconds)
        return [me] + rest
    }
}
