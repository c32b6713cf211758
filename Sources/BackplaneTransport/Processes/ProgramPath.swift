// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Where the running executable is.
public enum ProgramPath {
    /// The folder of the executable; absolute.
    public static var folder: String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            // SAFETY: never empty, so there is a base address.
            unsafe readlink(
                "/proc/self/exe", bytes.baseAddress.unsafelyUnwrapped, bytes.count)
        }
        let program = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        guard let slash = program.lastIndex(of: "/"), slash > program.startIndex else { return "/" }
        return String(program[..<slash])
    }
}
