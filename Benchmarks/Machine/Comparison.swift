// SPDX-License-Identifier: Apache-2.0

/// Two measurements taken in turn, several times.
///
/// What else runs on the machine comes and goes. In turn, both meet the same; and of both counts the
/// median round, so that a bad moment of either decides nothing.
enum Comparison {
    private static let rounds = 5

    /// What came of both.
    struct Result {
        let value: Double
        let reference: Double
    }

    /// Measures both in turn.
    static func inTurn(
        reference: () async throws -> Double, value: () async throws -> Double
    ) async throws -> Result {
        var references: [Double] = []
        var values: [Double] = []
        for _ in 0..<rounds {
            references.append(try await reference())
            values.append(try await value())
        }
        return Result(
            value: values.sorted()[rounds / 2], reference: references.sorted()[rounds / 2])
    }
}
