// SPDX-License-Identifier: Apache-2.0

/// A matrix of doubles, row after row.
///
/// What crosses is `{rows, columns, values}`, and `values` goes as one block of memory. It may come
/// from anywhere, so `checked` is asked before anything counts on its sizes.
public struct Matrix: Codable, Equatable, Sendable {
    /// How many rows there are.
    public let rows: Int
    /// How many columns there are.
    public let columns: Int
    /// The element in row r and column c is at r · columns + c.
    public internal(set) var values: [Double]

    /// Makes a matrix; nothing is checked yet.
    public init(rows: Int, columns: Int, values: [Double]) {
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// The matrix itself, once it is sure that it has as many values as its sizes say.
    ///
    /// - Parameter name: What the caller calls it, for the words of the error.
    func checked(_ name: String) throws(ComputeError) -> Matrix {
        guard rows >= 0, columns >= 0 else {
            throw ComputeError("\(name) is \(rows) × \(columns); sizes are not negative")
        }
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow, count == values.count else {
            throw ComputeError(
                "\(name) is \(rows) × \(columns), and its values are \(values.count)")
        }
        return self
    }

    /// The matrix with rows and columns exchanged.
    var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows, values: values)
        for row in 0..<rows {
            for column in 0..<columns {
                result.values[column * rows + row] = values[row * columns + column]
            }
        }
        return result
    }
}
