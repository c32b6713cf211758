// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A child did not come to a good end.
struct ChildFailed: Error {
    let status: Int32
}

/// What a program writes to its standard output.
enum ChildOutput {
    /// Runs a program to its end.
    ///
    /// - Throws: `ChildFailed` with its wait status, or with errno when it can't be started.
    static func of(
        _ program: String, _ arguments: [String], environment: [String: String]
    ) throws -> [UInt8] {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw ChildFailed(status: errno) }
        defer { close(ends[0]) }
        let child: pid_t
        do {
            defer { close(ends[1]) }
            child = try start(program, arguments, environment, output: ends)
        }
        let bytes = readAll(ends[0])
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else { throw ChildFailed(status: status) }
        return bytes
    }

    private static func start(
        _ program: String, _ arguments: [String], _ environment: [String: String], output: [Int32]
    ) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        unsafe posix_spawn_file_actions_addclose(&actions, output[0])
        unsafe posix_spawn_file_actions_addclose(&actions, output[1])
        // SAFETY: freed below; posix_spawn only reads them.
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var child: pid_t = 0
        let error = unsafe posix_spawn(&child, program, &actions, nil, &words, &variables)
        guard error == 0 else { throw ChildFailed(status: error) }
        return child
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}
