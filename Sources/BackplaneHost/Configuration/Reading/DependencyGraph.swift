// SPDX-License-Identifier: Apache-2.0

/// Which service depends on which.
struct DependencyGraph {
    /// The services that each one depends on.
    let edges: [String: [String]]

    /// Cycles such that every service which lies on one is on a cycle found, or leads into one.
    ///
    /// - Parameter names: The services, in the order in which they are looked at.
    /// - Returns: Each cycle from its first service looked at, which is not repeated at the end.
    func cycles(startingFrom names: [String]) -> [[String]] {
        var cycles: [[String]] = []
        var isDone: Set<String> = []
        var reported: Set<String> = []
        for name in names where !isDone.contains(name) {
            // The path is kept by hand: files decide how long it gets.
            var path: [(name: String, next: Int)] = [(name, 0)]
            var positions = [name: 0]
            while let (current, next) = path.last {
                let targets = edges[current] ?? []
                guard next < targets.count else {
                    path.removeLast()
                    positions[current] = nil
                    isDone.insert(current)
                    continue
                }
                path[path.count - 1].next += 1
                let target = targets[next]
                if let start = positions[target] {
                    let isKnown = reported.contains(current) && reported.contains(target)
                    if isKnown && current != target { continue }
                    let cycle = path[start...].map(\.name)
                    reported.formUnion(cycle)
                    cycles.append(cycle)
                } else if !isDone.contains(target) {
                    positions[target] = path.count
                    path.append((target, 0))
                }
            }
        }
        return cycles
    }
}
