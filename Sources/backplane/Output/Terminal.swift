// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A standard stream: writes whole lines at once, and knows whether a person reads them.
struct Terminal: Sendable {
    /// For data.
    static let output = Terminal(descriptor: 1)
    /// For talk.
    static let error = Terminal(descriptor: 2)

    let descriptor: Int32

    /// Whether it is a terminal.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Whether colours are wanted: on a terminal, unless `NO_COLOR` is set.
    var isColored: Bool {
        guard isTerminal else { return false }
        return Environment.value(of: "NO_COLOR").map(\.isEmpty) ?? true
    }

    /// How many columns there are; nil when it is no terminal.
    var columns: Int? {
        guard isTerminal else { return nil }
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Writes a line.
    func say(_ line: String) {
        write(line + "\n")
    }

    /// Writes a text as it is.
    ///
    /// What cannot be written is lost: there is nobody left to tell.
    func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[written...])
                return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&waiting, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}
