// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The host's folder for its socket, its copies of plugins and its lock.
final class StateFolder: Sendable {
    let path: String
    private let lock: Int32

    /// Makes the folder and locks it for as long as this object lives.
    ///
    /// - Throws: `.alreadyRunning`, naming the other's process, or `.stateFolder`.
    init(_ path: String) throws(HostError) {
        self.path = path
        try Self.make(path)
        let file = "\(path)/lock"
        let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("can't open", file) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let other = Self.owner(descriptor)
            close(descriptor)
            throw HostError(
                .alreadyRunning,
                "another host\(other.map { " (pid \($0))" } ?? "") uses \(path); stop it, or give "
                    + "this one a folder of its own with host.state")
        }
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        lock = descriptor
    }

    deinit {
        close(lock)
    }

    private static func make(_ path: String) throws(HostError) {
        var current = ""
        for part in path.split(separator: "/") {
            current += "/\(part)"
            if unsafe mkdir(current, 0o700) != 0 && errno != EEXIST {
                throw failure("can't make", current)
            }
        }
        guard unsafe access(path, W_OK | X_OK) == 0 else { throw failure("can't write to", path) }
    }

    private static func owner(_ descriptor: Int32) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
        }
        guard count > 0 else { return nil }
        let digits = bytes[..<count].prefix { $0 >= 48 && $0 <= 57 }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private static func failure(_ what: String, _ path: String) -> HostError {
        let reason = unsafe String(cString: strerror(errno))
        return HostError(.stateFolder, "\(what) \(path): \(reason); see host.state")
    }
}
