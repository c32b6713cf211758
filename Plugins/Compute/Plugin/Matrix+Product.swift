// SPDX-License-Identifier: Apache-2.0

extension Matrix {
    /// How many rows of the right factor are worked through at a time: with a strip of 256 columns
    /// they are 128 KiB, and stay in the processor's second cache while all rows pass by.
    private static let depth = 64
    private static let width = 256

    /// The product of two matrices.
    ///
    /// The right factor is cut into blocks that fit the cache. Within a block the innermost loop
    /// goes along rows, where memory is read in order.
    func times(_ right: Matrix) throws(ComputeError) -> Matrix {
        guard columns == right.rows else {
            throw ComputeError(
                "a \(rows) × \(columns) matrix cannot be multiplied by one of "
                    + "\(right.rows) × \(right.columns): \(columns) columns meet \(right.rows) rows"
            )
        }
        let (count, overflow) = rows.multipliedReportingOverflow(by: right.columns)
        guard !overflow, count <= Self.largest else {
            throw ComputeError(
                "the product would be \(rows) × \(right.columns); "
                    + "at most \(Self.largest) values are allowed")
        }
        var product = [Double](repeating: 0, count: count)
        var sums = product.mutableSpan
        for start in stride(from: 0, to: columns, by: Self.depth) {
            let depths = start..<min(start + Self.depth, columns)
            for start in stride(from: 0, to: right.columns, by: Self.width) {
                let strip = start..<min(start + Self.width, right.columns)
                for row in 0..<rows {
                    let target = row * right.columns + strip.lowerBound
                    for depth in depths {
                        Self.add(
                            values[row * columns + depth],
                            times: right.part(ofRow: depth, in: strip), to: &sums, at: target)
                    }
                }
            }
        }
        return Matrix(checked: rows, right.columns, product)
    }

    /// The most values that a product may have: 1 GiB of them.
    private static let largest = 1 << 27

    private func part(ofRow row: Int, in strip: Range<Int>) -> ArraySlice<Double> {
        values[row * columns + strip.lowerBound..<row * columns + strip.upperBound]
    }

    /// Adds a multiple of `source` to the values at `start` and after it.
    @inline(__always)
    private static func add(
        _ factor: Double, times source: ArraySlice<Double>, to target: inout MutableSpan<Double>,
        at start: Int
    ) {
        let source = source.span
        // Said once here, the bounds need no check in the loop, and it runs in vectors.
        precondition(start >= 0 && source.count <= target.count - start)
        for index in source.indices {
            target[start &+ index] += factor * source[index]
        }
    }
}
