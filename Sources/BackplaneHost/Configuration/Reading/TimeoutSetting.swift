// SPDX-License-Identifier: Apache-2.0

/// What is said about a timeout where something is said.
enum TimeoutSetting: Equatable {
    case unlimited
    case limited(Duration)

    /// The duration; nil for none.
    var duration: Duration? {
        switch self {
        case .unlimited: nil
        case .limited(let duration): duration
        }
    }
}
