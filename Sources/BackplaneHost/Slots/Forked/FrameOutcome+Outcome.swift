// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

extension FrameOutcome {
    /// An outcome as frames carry it.
    init(_ outcome: Outcome) {
        switch outcome {
        case .value(let payload): self.init(payload: payload)
        case .error(let error):
            self.init(
                code: error.code.rawValue, message: error.message, type: error.type ?? "",
                payload: error.details ?? .empty)
        }
    }
}

extension Outcome {
    /// Reads an outcome of a worker, unknown codes as `internal`.
    init(_ outcome: FrameOutcome) {
        guard outcome.code != 0 else {
            self = .value(outcome.payload.count == 0 ? .null : outcome.payload)
            return
        }
        self = .error(
            CallError(
                OutcomeCode(number: outcome.code), outcome.message,
                type: outcome.type.isEmpty ? nil : outcome.type,
                details: outcome.payload.count == 0 ? nil : outcome.payload))
    }
}
