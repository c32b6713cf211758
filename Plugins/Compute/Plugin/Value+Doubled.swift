// SPDX-License-Identifier: Apache-2.0

import Backplane

extension Value {
    /// Twice a number, or twice each number of a list, at any depth; integers stay integers.
    func doubled() throws(ComputeError) -> Value {
        switch self {
        case .integer(let number):
            let (double, overflow) = number.multipliedReportingOverflow(by: 2)
            if !overflow { return .integer(double) }
            if let number = UInt64(exactly: number) { return Value(2 * number) }
            throw ComputeError("twice \(number) is below what an integer can be")
        case .unsigned(let number):
            throw ComputeError("twice \(number) is above what an integer can be")
        case .double(let number):
            return .double(2 * number)
        case .array(let values):
            var doubles: [Value] = []
            doubles.reserveCapacity(values.count)
            for value in values {
                doubles.append(try value.doubled())
            }
            return .array(doubles)
        case .null, .bool, .string, .bytes, .map:
            throw ComputeError("only numbers and lists of numbers have a double")
        }
    }
}
