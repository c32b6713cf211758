// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A folder that is made, with all that is in it, or not at all.
struct NewFolder {
    let path: String
    /// What is in it, by paths within it, in order.
    let files: [(path: String, text: String)]

    /// Makes it.
    ///
    /// - Throws: `CommandFailure`; also when there is something of that name already.
    func make() throws(CommandFailure) {
        guard unsafe mkdir(path, 0o777) == 0 else {
            if errno == EEXIST { throw CommandFailure("error: \(path) is there already") }
            throw Self.failure("make", path)
        }
        for file in files {
            var folder = path
            for part in file.path.split(separator: "/").dropLast() {
                folder += "/\(part)"
                guard unsafe mkdir(folder, 0o777) == 0 || errno == EEXIST else {
                    throw Self.failure("make", folder)
                }
            }
            try write(file.text, to: "\(path)/\(file.path)")
        }
    }

    private func write(_ text: String, to path: String) throws(CommandFailure) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure("write", path) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { throw Self.failure("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ what: String, _ path: String) -> CommandFailure {
        // SAFETY: glibc gives a string that is static or the thread's own, copied here.
        CommandFailure("error: cannot \(what) \(path): \(unsafe String(cString: strerror(errno)))")
    }
}
