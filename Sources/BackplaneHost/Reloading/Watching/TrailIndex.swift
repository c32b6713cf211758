// SPDX-License-Identifier: Apache-2.0

/// Which watched paths an event of a directory is about.
struct TrailIndex {
    /// A name in a directory that is on the way to a watched path.
    struct Entry {
        let path: String
        let role: PathTrail.Step.Role
    }

    /// What of which directory is of interest, to any path.
    private(set) var interests: [String: DirectoryInterest] = [:]
    private var entries: [String: [String: [Entry]]] = [:]

    mutating func insert(_ trail: PathTrail, of path: String) {
        interests.merge(trail.interests) { $0.union($1) }
        for step in trail.steps {
            let entry = Entry(path: path, role: step.role)
            entries[step.directory, default: [:]][step.name, default: []].append(entry)
        }
    }

    /// The paths whose way leads through this name.
    func entries(_ directory: String, _ name: String) -> [Entry] {
        entries[directory]?[name] ?? []
    }

    /// The paths whose way leads through this directory.
    func paths(through directory: String) -> Set<String> {
        Set((entries[directory] ?? [:]).values.joined().map(\.path))
    }
}
