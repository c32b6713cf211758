// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplaneTransport
import Glibc

/// What each plugin of this repository weighs, and what it needs besides the Swift toolchain and
/// libc.
struct PluginSizeBenchmark: Benchmark {
    let section = "size"

    private static let plugins = ["Compute", "Echo", "Memory", "Pipeline", "Tokenizer", "Probe"]

    func run(into report: inout Report) async throws {
        for plugin in Self.plugins {
            let name = "lib\(plugin).so"
            let bytes = try Self.contents(of: "\(BenchHost.products)/\(name)")
            let file = try ELFFile(bytes, path: name)
            let foreign = file.needed.filter { !Self.isExpected($0) }
            report.add(name, Double(bytes.count), "bytes", atMost: 1_048_575)
            report.add(
                "\(name): libraries of others" + foreign.map { " \($0)" }.joined(),
                Double(foreign.count), "", atMost: 0)
        }
    }

    /// Whether a library is the Swift toolchain's, libc or libm.
    private static func isExpected(_ library: String) -> Bool {
        let toolchain = [
            "libswift", "libFoundation", "lib_Foundation", "libdispatch.", "libBlocksRuntime.",
        ]
        let system = ["libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"]
        return system.contains(library) || toolchain.contains { library.hasPrefix($0) }
    }

    private static func contents(of path: String) throws -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Missing(path: path) }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: max(0, size))
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        guard count == bytes.count else { throw Missing(path: path) }
        return bytes
    }

    struct Missing: Error {
        let path: String
    }
}
