// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Where the worker executable is.
public enum WorkerExecutable {
    /// The variable that names it.
    public static let variable = "BACKPLANE_WORKER"
    /// Its file name.
    public static let name = "backplane-worker"

    /// Finds it: as told, as `BACKPLANE_WORKER` says, or beside the running executable.
    ///
    /// - Throws: `.system` with the places looked at.
    public static func find(_ path: String? = nil) throws(TransportError) -> String {
        if let path { return try checked(path, "the worker executable") }
        if let value = unsafe getenv(variable), unsafe value.pointee != 0 {
            return try checked(unsafe String(cString: value), variable)
        }
        return try checked("\(ProgramPath.folder)/\(name)", "the worker executable")
    }

    private static func checked(_ path: String, _ what: String) throws(TransportError) -> String {
        guard unsafe access(path, X_OK) == 0 else {
            throw TransportError(
                .system,
                "\(what): \(path) can't be run; set \(variable) to the path of \(name)")
        }
        return path
    }
}
