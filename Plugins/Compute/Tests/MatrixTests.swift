// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Compute

struct MatrixTests {
    @Test func `a product is the sum of rows times columns`() throws {
        let a = try Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
        let b = try Matrix(rows: 3, columns: 2, values: [7, 8, 9, 10, 11, 12])
        #expect(try a.times(b) == Matrix(rows: 2, columns: 2, values: [58, 64, 139, 154]))
    }

    @Test func `transposing exchanges rows and columns`() throws {
        let matrix = try Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
        let transposed = try Matrix(rows: 3, columns: 2, values: [1, 4, 2, 5, 3, 6])
        #expect(matrix.transposed == transposed)
        #expect(transposed.transposed == matrix)
    }

    @Test func `sizes that cross the blocks give the exact product of whole numbers`() throws {
        // Whole numbers are exact in doubles, whatever the order of summing.
        let a = try matrix(67, 131) { $0 * 3 % 17 - 8 }
        let b = try matrix(131, 301) { $0 * 7 % 19 - 9 }
        let product = try a.times(b)
        for row in 0..<67 {
            for column in 0..<301 {
                var sum = 0.0
                for inner in 0..<131 {
                    sum += a.values[row * 131 + inner] * b.values[inner * 301 + column]
                }
                #expect(product.values[row * 301 + column] == sum)
            }
        }
    }

    @Test(arguments: [(0, 3, 2), (2, 0, 3), (2, 3, 0), (0, 0, 0)])
    func `empty matrices have products`(rows: Int, inner: Int, columns: Int) throws {
        let product = try matrix(rows, inner) { $0 }.times(matrix(inner, columns) { $0 })
        let zeros = [Double](repeating: 0, count: rows * columns)
        #expect(try product == Matrix(rows: rows, columns: columns, values: zeros))
    }

    @Test func `sizes that do not fit are named`() {
        let error = ComputeError(
            "a 2 × 3 matrix cannot be multiplied by one of 2 × 3: 3 columns meet 2 rows")
        #expect(throws: error) { try matrix(2, 3) { $0 }.times(matrix(2, 3) { $0 }) }
    }

    @Test func `a product that is too large is refused before memory is taken`() throws {
        let ones = [Double](repeating: 1, count: 1 << 20)
        let tall = try Matrix(rows: 1 << 20, columns: 1, values: ones)
        #expect(throws: ComputeError.self) { try tall.times(tall.transposed) }
    }

    @Test(arguments: [
        (2, 3, 5), (2, 3, 7), (-1, -1, 1), (0, -1, 0), (Int.max, Int.max, 1), (1 << 62, 4, 0),
    ])
    func `sizes that lie about the values are refused`(rows: Int, columns: Int, count: Int) {
        let values = [Double](repeating: 0, count: count)
        let words = "a matrix of \(rows) × \(columns) cannot have \(count) values"
        #expect(throws: ComputeError(words)) {
            try Matrix(rows: rows, columns: columns, values: values)
        }
    }

    private func matrix(_ rows: Int, _ columns: Int, _ value: (Int) -> Int) throws -> Matrix {
        try Matrix(
            rows: rows, columns: columns, values: (0..<rows * columns).map { Double(value($0)) })
    }
}
