// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What processes use, as the kernel tells it.
enum ProcessFigures {
    /// The processor time of a process, all of its threads, in nanoseconds.
    ///
    /// Not from /proc, which counts in hundredths of a second.
    static func processorTime(of process: pid_t) throws -> UInt64 {
        var clock: clockid_t = 0
        let error = unsafe clock_getcpuclockid(process, &clock)
        guard error == 0 else { throw Unknown(what: "processor time", process: process) }
        var time = timespec()
        guard unsafe clock_gettime(clock, &time) == 0 else {
            throw Unknown(what: "processor time", process: process)
        }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The bytes of a process that are in memory, shared ones too.
    static func residentBytes(of process: pid_t) throws -> Double {
        try kibibytes(["VmRSS"], in: contents("/proc/\(process)/status", of: process)) * 1024
    }

    /// The bytes that a process shares with nobody; `nil` where only its own user's root may ask:
    /// workers let nobody else look.
    static func privateBytes(of process: pid_t) throws -> Double? {
        let path = "/proc/\(process)/smaps_rollup"
        guard let text = try? contents(path, of: process) else { return nil }
        return try privateBytes(in: text)
    }

    /// The same from the text of `smaps_rollup`.
    static func privateBytes(in text: String) throws -> Double {
        try kibibytes(["Private_Clean", "Private_Dirty"], in: text) * 1024
    }

    private static func contents(_ path: String, of process: pid_t) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty else {
            throw Unknown(what: path, process: process)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func kibibytes(_ names: [String], in text: String) throws -> Double {
        var sum = 0.0
        for name in names {
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            guard let words = line?.split(whereSeparator: \.isWhitespace), words.count > 1,
                let number = Double(words[1])
            else { throw Unknown(what: name, process: 0) }
            sum += number
        }
        return sum
    }

    /// The kernel does not tell.
    struct Unknown: Error {
        let what: String
        let process: pid_t
    }
}
