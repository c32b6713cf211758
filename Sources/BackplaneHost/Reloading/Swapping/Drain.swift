// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Waits until nothing runs in a generation whose service holds new calls.
///
/// Calls that a running call waits for pass on ways that are seen: they are nested under it. Others
/// are not: a call that waits in the queue of another service, behind one that is held here. So when
/// nothing ends for a while, what is held passes, nested calls first, and the while doubles: no
/// cycle of waiting survives that, and calls that merely take long are let in less and less.
struct Drain {
    /// So long nothing ends before the first calls pass.
    private static let patience = Duration.milliseconds(100)

    private let generation: Generation
    private let direct: DirectCalls

    /// - Parameter direct: The direct calls that began before they were withdrawn.
    init(_ generation: Generation, direct: DirectCalls) {
        self.generation = generation
        self.direct = direct
    }

    /// Waits; the generation takes no more calls from the moment when nothing runs.
    ///
    /// - Returns: Whether that moment came within `time`.
    func end(within time: Duration) async -> Bool {
        let limit = Instant.now.advanced(by: time)
        return await withTaskGroup(of: Bool?.self) { tasks in
            tasks.addTask { [generation, direct] in
                await direct.end(by: limit)
                return await generation.slot.seal(
                    within: max(.zero, limit.duration(since: .now)))
            }
            tasks.addTask { [generation] in
                await Self.relieve(generation)
                return nil
            }
            var isSealed = false
            for await result in tasks {
                guard let result else { continue }
                isSealed = result
                tasks.cancelAll()
            }
            return isSealed && !Task.isCancelled
        }
    }

    private static func relieve(_ generation: Generation) async {
        var patience = patience
        var ended = generation.tally.reading.ended
        while !Task.isCancelled {
            // Cancellation ends the pause early: the drain is over.
            try? await Task.sleep(for: patience)
            let now = generation.tally.reading.ended
            if now == ended, !Task.isCancelled, generation.service.letPass() > 0 {
                patience = patience * 2
            }
            ended = now
        }
    }
}

extension DirectCalls {
    /// Waits until none runs any more, at most until `limit`.
    ///
    /// They are counted in memory that plugins share, and nobody says when one ends.
    func end(by limit: Instant) async {
        while !areOver, Instant.now < limit, !Task.isCancelled {
            // Cancellation ends the pause early, and the loop.
            try? await Task.sleep(for: .milliseconds(1))
        }
    }
}
