// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

/// Which service answered, in which version and generation.
struct StormAnswer: Sendable, Equatable {
    let service: StormService
    let version: Int
    let generation: Int

    /// Reads what a versioned plugin says of itself; nil for something else.
    init?(_ value: Value) {
        guard let service = value["service"]?.string.flatMap(StormService.init),
            let version = value["version"]?.int, let generation = value["generation"]?.int
        else { return nil }
        self.service = service
        self.version = version
        self.generation = generation
    }
}
