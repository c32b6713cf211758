// SPDX-License-Identifier: Apache-2.0

/// One measurement.
struct Row {
    /// What a value, or its ratio to a reference, has to keep.
    enum Bound {
        case atMost(Double)
        case atLeast(Double)

        func isKept(by value: Double) -> Bool {
            switch self {
            case .atMost(let limit): value <= limit
            // What is no number keeps nothing.
            case .atLeast(let limit): value >= limit
            }
        }
    }

    /// A measurement of the same run that this one is compared with, in the same unit.
    struct Reference {
        let name: String
        let value: Double
    }

    let section: String
    let name: String
    let value: Double
    let unit: String
    /// `nil` for what is only shown.
    let bound: Bound?
    let reference: Reference?
    let placement: Placement?
    let percentiles: Percentiles?

    /// How many times the reference the value is.
    var ratio: Double? { reference.map { value / $0.value } }

    var isKept: Bool { bound?.isKept(by: ratio ?? value) ?? true }
}
