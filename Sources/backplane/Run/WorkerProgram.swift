// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Finds the program that forked services run in.
enum WorkerProgram {
    /// The path that was given, made absolute from the current folder, else that of `BACKPLANE_WORKER`, else beside this program.
    static func path(given: String?) -> String? {
        if let given { return absolute(given) }
        if let path = Environment.value(of: "BACKPLANE_WORKER"), !path.isEmpty { return path }
        guard let own = ownPath, let slash = own.lastIndex(of: "/") else { return nil }
        let path = "\(own[..<slash])/backplane-worker"
        return unsafe access(path, X_OK) == 0 ? path : nil
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = unsafe getcwd(nil, 0) else { return path }
        // SAFETY: getcwd gives memory of malloc's, which is ours to free.
        defer { unsafe free(folder) }
        return "\(unsafe String(cString: folder))/\(path)"
    }

    /// The path of this program, links resolved.
    static var ownPath: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
