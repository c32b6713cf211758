// SPDX-License-Identifier: Apache-2.0

/// A matrix of doubles, row after row.
///
/// What crosses is `{rows, columns, values}`, and `values` goes as one block of memory. A matrix
/// whose sizes are not those of its values cannot be made: as an argument, it is refused before a
/// method sees it.
public struct Matrix: Codable, Equatable, Sendable {
    /// How many rows there are.
    public let rows: Int
    /// How many columns there are.
    public let columns: Int
    /// The element in row r and column c is at r · columns + c.
    public private(set) var values: [Double]

    /// Makes a matrix.
    ///
    /// - Throws: When there are not as many values as the sizes say.
    public init(rows: Int, columns: Int, values: [Double]) throws(ComputeError) {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard rows >= 0, columns >= 0, !overflow, count == values.count else {
            throw ComputeError(
                "a matrix of \(rows) × \(columns) cannot have \(values.count) values")
        }
        self.init(checked: rows, columns, values)
    }

    /// Reads a matrix that may come from anywhere.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        do {
            try self.init(
                rows: container.decode(Int.self, forKey: .rows),
                columns: container.decode(Int.self, forKey: .columns),
                values: container.decode([Double].self, forKey: .values))
        } catch let error as ComputeError {
            throw DecodingError.dataCorruptedError(
                forKey: .values, in: container, debugDescription: error.message)
        }
    }

    /// Makes a matrix of sizes that are known to fit.
    init(checked rows: Int, _ columns: Int, _ values: [Double]) {
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// The matrix with rows and columns exchanged.
    var transposed: Matrix {
        var result = Matrix(checked: columns, rows, values)
        for row in 0..<rows {
            for column in 0..<columns {
                result.values[column * rows + row] = values[row * columns + column]
            }
        }
        return result
    }
}
