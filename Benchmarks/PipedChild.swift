// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A process that gives back each byte it is sent: the least that another process costs.
final class PipedChild {
    private let input: Int32
    private let output: Int32
    private let child: pid_t

    init() throws {
        var there: [Int32] = [-1, -1]
        var back: [Int32] = [-1, -1]
        guard unsafe pipe(&there) == 0, unsafe pipe(&back) == 0 else {
            throw ChildFailed(status: errno)
        }
        defer {
            close(there[0])
            close(back[1])
        }
        input = there[1]
        output = back[0]
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, there[0], 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, back[1], 1)
        // It must not keep its own input open.
        for end in there + back { unsafe posix_spawn_file_actions_addclose(&actions, end) }
        // SAFETY: freed below; posix_spawn only reads them.
        var words = unsafe [strdup("cat"), nil]
        defer { unsafe free(words[0]) }
        var child: pid_t = 0
        let error = unsafe posix_spawnp(&child, "cat", &actions, nil, &words, environ)
        guard error == 0 else { throw ChildFailed(status: error) }
        self.child = child
    }

    deinit {
        close(input)
        close(output)
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 && errno == EINTR {}
    }

    /// Sends a byte and waits for it.
    func bounce() throws {
        var byte: UInt8 = 1
        guard unsafe write(input, &byte, 1) == 1, unsafe read(output, &byte, 1) == 1 else {
            throw ChildFailed(status: errno)
        }
    }
}
