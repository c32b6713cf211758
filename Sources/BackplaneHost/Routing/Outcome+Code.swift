// SPDX-License-Identifier: Apache-2.0

extension Outcome {
    /// The code of the error, `nil` for a value.
    var code: OutcomeCode? { error?.code }
}
