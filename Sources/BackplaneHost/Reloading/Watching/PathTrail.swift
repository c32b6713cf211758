// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The way to a file, step by step: all directories whose events tell that another file lies at the
/// end of it.
///
/// Every symbolic link on the way is followed and is a step itself, and so is every directory. Where
/// the way ends early, in front of something missing, the directories up to there are to tell of all
/// that comes and goes.
struct PathTrail: Sendable, Hashable {
    /// A name in a directory, whose own path is without links.
    struct Step: Sendable, Hashable {
        /// What lies there.
        enum Role: Sendable, Hashable {
            /// The file, or whatever lies at the end of the way.
            case file
            case link
            case directory
            /// Nothing, where the file is to be.
            case absent
            /// Nothing, where a directory is to be.
            case missing
        }

        let directory: String
        let name: String
        let role: Role
    }

    /// From the root on; a way that leads through links to the same name again has it twice.
    private(set) var steps: [Step] = []

    /// The most links that are followed, as the kernel does.
    private static let linkLimit = 40

    /// The way to nowhere.
    init() {}

    /// Walks along `path`, which is absolute.
    ///
    /// Source: path_resolution(7).
    init(_ path: String) {
        var rest = Self.names(path)
        var directory = "/"
        var links = 0
        while let name = rest.popLast() {
            if name == "." { continue }
            if name == ".." {
                // Without links in it, so this is right.
                directory = PluginSource.directory(of: directory)
                continue
            }
            let place = Self.join(directory, name)
            var status = stat()
            guard unsafe lstat(place, &status) == 0 else {
                add(directory, name, rest.isEmpty ? .absent : .missing)
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFLNK:
                add(directory, name, .link)
                links += 1
                guard links <= Self.linkLimit, let target = Self.target(of: place) else { return }
                if target.hasPrefix("/") { directory = "/" }
                rest += Self.names(target)
            case S_IFDIR where !rest.isEmpty:
                add(directory, name, .directory)
                directory = place
            default:
                add(directory, name, rest.isEmpty ? .file : .missing)
                return
            }
        }
    }

    /// Whether it ends before anything readable.
    private var isBroken: Bool { steps.last?.role != .file }

    /// What of which directory is of interest.
    var interests: [String: DirectoryInterest] {
        var interests: [String: DirectoryInterest] = [:]
        for step in steps {
            let interest: DirectoryInterest =
                switch step.role {
                case .file, .absent: [.itself, .names, .contents]
                case .link: [.itself, .names]
                // A directory in which somebody stands is not removed before he leaves, so that it
                // does not tell; but then its name goes.
                case .missing, .directory: isBroken ? [.itself, .names] : .itself
                }
            interests[step.directory, default: []].formUnion(interest)
        }
        return interests
    }

    private mutating func add(_ directory: String, _ name: String, _ role: Step.Role) {
        steps.append(Step(directory: directory, name: name, role: role))
    }

    /// The names in a path, the first one last.
    private static func names(_ path: String) -> [String] {
        path.split(separator: "/").reversed().map(String.init)
    }

    static func join(_ directory: String, _ name: String) -> String {
        directory == "/" ? "/\(name)" : "\(directory)/\(name)"
    }

    /// What a link says; nothing if it is none any more.
    private static func target(of link: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        // SAFETY: readlink is told the size of the buffer, which is valid for the call.
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return unsafe readlink(
                link, start.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<min(count, buffer.count)], as: UTF8.self)
    }
}
