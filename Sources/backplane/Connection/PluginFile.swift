// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneImage
import BackplaneJSON
import BackplanePayload
import CLinux
import Glibc

/// A plugin's file: looked at here, opened in a process that may die.
struct PluginFile {
    /// How long opening it may take.
    private static let timeLimitSeconds: Int32 = 10

    let path: String

    /// What the plugin says of itself, and the same as JSON.
    func describe() throws -> (PluginFileReport, json: String) {
        guard let absolute = absolutePath else {
            throw CommandFailure("error: \(path) can't be opened: no such file")
        }
        let size: Int
        do throws(ImageError) {
            let bytes = try FileReader.read(absolute)
            size = bytes.count
            let file = try ELFFile(bytes, path: absolute)
            if file.embedsSwiftRuntime {
                throw ImageError(
                    .incompatible,
                    "\(absolute) embeds a Swift runtime of its own; build it without -static-stdlib"
                )
            }
        } catch {
            throw CommandFailure("error: \(error)")
        }
        let answer = try HostConnection.decode(DescribeVerb.Answer.self, from: try open(absolute))
        guard let plugin = answer.plugin else {
            throw CommandFailure("error: \(answer.error ?? "\(absolute) says nothing")")
        }
        let report = PluginFileReport(path: absolute, size: UInt64(size), plugin: plugin)
        return (report, try JSON.text(from: try CBOR.encode(report)))
    }

    private var absolutePath: String? {
        // SAFETY: realpath gives memory of malloc's, which is ours to free.
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// Opens the plugin in a process of its own.
    ///
    /// - Returns: What that process wrote.
    private func open(_ path: String) throws -> String {
        var ends: (Int32, Int32) = (-1, -1)
        let isPaired = unsafe withUnsafeMutableBytes(of: &ends) {
            unsafe clinux_stream_pair($0.assumingMemoryBound(to: Int32.self).baseAddress) == 0
        }
        guard isPaired else { throw CommandFailure("error: no descriptors left") }
        let (near, far) = ends
        defer { close(near) }
        var process: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe []
        for argument in ["backplane", "_describe", path] {
            unsafe arguments.append(strdup(argument))
        }
        unsafe arguments.append(nil)
        defer { unsafe arguments.forEach { unsafe free($0) } }
        let result = unsafe clinux_spawn("/proc/self/exe", arguments, environ, far, &process)
        close(far)
        guard result == 0 else { throw CommandFailure("error: no process to open \(path) in") }
        let text = read(from: near)
        if text == nil { kill(process, SIGKILL) }
        var end = clinux_exit()
        unsafe clinux_wait_for(process, &end)
        guard let text else {
            throw CommandFailure(
                "error: \(path) was not open after \(Self.timeLimitSeconds) s: its static initialisers hang"
            )
        }
        guard !text.isEmpty else {
            throw CommandFailure("error: \(path) \(Self.words(end)) while it was being opened")
        }
        return text
    }

    /// Everything that comes until the other end is closed; nil when that takes too long.
    private func read(from descriptor: Int32) -> String? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&waiting, 1, Self.timeLimitSeconds * 1000) > 0 {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
        return nil
    }

    private static func words(_ end: clinux_exit) -> String {
        let signal = clinux_status_signal(end.status)
        guard signal == 0 else {
            // SAFETY: glibc gives a static string, or the thread's own, copied here.
            let name = unsafe strsignal(signal).map { unsafe String(cString: $0) } ?? "unknown"
            return "died of signal \(signal) (\(name))"
        }
        return "exited with \(clinux_status_code(end.status))"
    }
}
