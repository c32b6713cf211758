// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

@testable import Compute

/// Against NumPy, by `Tests/Oracles/matrices.py`.
struct MatrixOracleTests {
    private struct Case: Encodable {
        let operation: String
        let operands: [Matrix]
    }

    @Test func `products of random matrices are those of NumPy`() async throws {
        var random = SystemRandomNumberGenerator()
        let cases = try (0..<40).map { number -> Case in
            let (rows, inner, columns) = (1 + number, 1 + number * 7 % 90, 1 + number * 13 % 300)
            return Case(
                operation: "matmul",
                operands: [
                    try matrix(rows, inner, &random), try matrix(inner, columns, &random),
                ])
        }
        try await check(cases) { try $0[0].times($0[1]) }
    }

    @Test func `attention on random matrices is that of NumPy`() async throws {
        var random = SystemRandomNumberGenerator()
        let cases = try (0..<20).map { number -> Case in
            let (queries, keys) = (1 + number * 3, 1 + number * 5 % 70)
            return Case(
                operation: "attention",
                operands: [
                    try matrix(queries, 16, &random), try matrix(keys, 16, &random),
                    try matrix(keys, 8, &random),
                ])
        }
        try await check(cases) { try Compute.product($0[0], $0[1], $0[2]) }
    }

    private func check(
        _ cases: [Case], _ compute: ([Matrix]) throws -> Matrix
    ) async throws {
        let answers = try JSONDecoder().decode(
            [Matrix].self,
            from: try await Oracle("matrices.py").answer(
                to: JSONEncoder().encode(["cases": cases])))
        try #require(answers.count == cases.count)
        for (`case`, expected) in zip(cases, answers) {
            let result = try compute(`case`.operands)
            #expect(result.rows == expected.rows && result.columns == expected.columns)
            try #require(result.values.count == expected.values.count)
            // Both sum in an order of their own; the sums are of fewer than 2,000 products below 1.
            for (value, other) in zip(result.values, expected.values) {
                #expect(abs(value - other) < 1e-10)
            }
        }
    }

    private func matrix(
        _ rows: Int, _ columns: Int, _ random: inout some RandomNumberGenerator
    ) throws -> Matrix {
        try Matrix(
            rows: rows, columns: columns,
            values: (0..<rows * columns).map { _ in Double.random(in: -1...1, using: &random) })
    }
}
