// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// The processes of this machine, as the kernel shows them.
public enum Processes {
    /// The processes below one, in any depth, zombies too.
    public static func below(_ ancestor: pid_t) -> Set<pid_t> {
        let parents = all()
        var found: Set<pid_t> = []
        var grew = true
        while grew {
            grew = false
            for (pid, parent) in parents
            where (parent == ancestor || found.contains(parent)) && found.insert(pid).inserted {
                grew = true
            }
        }
        return found
    }

    /// The processes that one has started, or that were left to it.
    public static func children(of parent: pid_t) -> Set<pid_t> {
        Set(all().filter { $0.value == parent }.keys)
    }

    /// Those of some processes that still run.
    public static func running(_ pids: Set<pid_t>) -> Set<pid_t> {
        pids.filter { FileManager.default.fileExists(atPath: "/proc/\($0)") && !isZombie($0) }
    }

    /// Whether a process has ended and waits for its parent to notice.
    public static func isZombie(_ pid: pid_t) -> Bool {
        status(pid).map { $0.state == "Z" } ?? false
    }

    /// What a process is called, of which the kernel keeps 15 bytes; nothing once it is gone.
    public static func name(_ pid: pid_t) -> String? {
        FileManager.default.contents(atPath: "/proc/\(pid)/comm").map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines)
        }
    }

    private static func all() -> [pid_t: pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var parents: [pid_t: pid_t] = [:]
        for name in names {
            // Those that are gone by now have no parent any more.
            if let pid = pid_t(name), let status = status(pid) { parents[pid] = status.parent }
        }
        return parents
    }

    private static func status(_ pid: pid_t) -> (state: Substring, parent: pid_t)? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else {
            return nil
        }
        // The name in parentheses may contain anything.
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
        return (fields[0], parent)
    }
}
