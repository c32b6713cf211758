// SPDX-License-Identifier: Apache-2.0

/// The order in which services start: each after those it depends on.
///
/// Reversed, it is the order in which they stop. Pure.
enum StartOrder {
    /// Groups of services; those of one group start together.
    ///
    /// Configuration has no cycles (the loader refuses them); services of one are put last, together.
    static func groups(_ services: [ServiceConfiguration]) -> [[String]] {
        var waiting = services
        var done: Set<String> = []
        let known = Set(services.map(\.name))
        var groups: [[String]] = []
        while !waiting.isEmpty {
            var group = waiting.filter { service in
                service.dependsOn.allSatisfy { done.contains($0) || !known.contains($0) }
            }
            if group.isEmpty { group = waiting }
            let names = group.map(\.name)
            groups.append(names)
            done.formUnion(names)
            waiting.removeAll { done.contains($0.name) }
        }
        return groups
    }
}
