// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The children of this process.
enum ChildProcesses {
    /// Those that have ended and were not waited for.
    ///
    /// Never by waiting for any child: that would take one from whoever waits for it.
    static var ended: [Int32] {
        numbers("/proc/self/task").flatMap { thread in
            words("/proc/self/task/\(thread)/children").compactMap { Int32($0) }
        }.filter { ProcessState(of: $0)?.hasEnded == true }
    }

    private static func numbers(_ folder: String) -> [Int32] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var numbers: [Int32] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if let number = Int32(name) { numbers.append(number) }
        }
        return numbers
    }

    private static func words(_ file: String) -> [Substring] {
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let size = unsafe read(descriptor, &buffer, buffer.count)
            guard size > 0 else { break }
            text += buffer[..<size]
        }
        return String(decoding: text, as: UTF8.self).split(separator: " ")
    }
}
