// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc

/// Methods that tell where the probe is.
extension Probe {
    /// Milliseconds that the call has left, or nothing without a deadline.
    func deadlineLeft() -> Int? {
        comm.timeLeft.map { Int($0 / .milliseconds(1)) }
    }

    func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }

    func length(_ bytes: [UInt8]) -> Int { bytes.count }

    /// Runs on the main actor, where somebody drains the main queue.
    @MainActor
    func mainActor() async -> Bool { getpid() == Self.threadNumberNow() }

    func identifier() -> String { comm.identifier }

    func threadName() -> String {
        let descriptor = unsafe open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var name = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(descriptor, &name, name.count)
        return String(decoding: name.prefix(max(0, count - 1)), as: UTF8.self)
    }

    func threadNumber() -> Int32 { Self.threadNumberNow() }

    func processNumber() -> Int32 { getpid() }

    /// The same once its thread was held for a while, so that nobody else is answered meanwhile.
    func processNumberAfter(_ milliseconds: Int) -> Int32 {
        usleep(UInt32(clamping: milliseconds * 1000))
        return getpid()
    }

    /// The text of a file as this process sees it, up to 64 KiB.
    func readFile(_ path: String) throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ProbeError(message: "can't open \(path)") }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe read(descriptor, &text, text.count)
        return String(decoding: text.prefix(max(0, count)), as: UTF8.self)
    }

    func log(_ level: String, _ text: String) throws {
        guard let level = Logger.Level(rawValue: level) else {
            throw ProbeError(message: "there is no level '\(level)'")
        }
        comm.logger.log(level: level, "\(text)", metadata: ["from": "probe"])
    }

    /// Writes a line to standard output.
    func print(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
    }

    func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The numbers of the open descriptors, but for the one that lists them.
    func descriptors() -> [Int32] {
        (0..<1024).filter { fcntl($0, F_GETFD) >= 0 }
    }

    func directory() -> String { comm.directory }

    func configurationValue() -> Value { comm.configuration }

    /// The kernel's number of the thread.
    private static func threadNumberNow() -> Int32 {
        var buffer = [CChar](repeating: 0, count: 128)
        let count = unsafe readlink("/proc/thread-self", &buffer, buffer.count)
        let path = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        let digits = path.reversed().prefix { $0 != UInt8(ascii: "/") }.reversed()
        return Int32(String(decoding: digits, as: UTF8.self)) ?? -1
    }
}
