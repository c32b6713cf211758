// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneTransport
import Glibc
public import Logging

extension ServiceManager {
    /// What a manager's host is told besides its services.
    public struct Options: Sendable {
        /// The folders in which plugins are looked up by name, in order.
        ///
        /// Relative ones count from the working directory. The folder of the executable, where a
        /// build puts plugins, and `plugins`, unless told otherwise.
        public var plugins = [ProgramPath.folder, "plugins"]
        /// The folder for the copies of plugins and the control socket, through which `backplane`
        /// commands reach the host.
        ///
        /// Without it there is no socket, and the copies lie in a temporary folder.
        public var stateFolder: String?
        /// The path of `backplane-worker`; without it, it is looked for in `BACKPLANE_WORKER` and
        /// beside the executable.
        public var workerExecutable: String?
        /// Whether the files of plugins are watched: a newer build goes in by itself.
        public var watchesFiles = true
        /// Whether forked workers and who calls them may look for each other's answers again and again
        /// for some microseconds before they sleep.
        public var spins = true
        /// Where the host logs to.
        public var logger = Logger(label: "backplane")

        /// Makes the default options.
        public init() {}
    }
}

extension ServiceManager.Options {
    /// The configuration of a host without services.
    var configuration: HostConfiguration {
        let state = stateFolder.map(Self.absolute) ?? Self.temporaryFolder
        return HostConfiguration(
            // No such file is ever made: services come from the program.
            folder: Self.workingDirectory, file: "\(state)/none.yaml", stateFolder: state,
            pluginFolders: plugins.map(Self.absolute), reload: watchesFiles)
    }

    var hostOptions: Host.Options {
        var options = Host.Options()
        options.workerExecutable = workerExecutable.map(Self.absolute)
        options.spins = spins
        options.servesControlSocket = stateFolder != nil
        options.removesStateFolder = stateFolder == nil
        return options
    }

    /// The path from the root on.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        let folder = workingDirectory
        return folder == "/" ? "/\(path)" : "\(folder)/\(path)"
    }

    private static var workingDirectory: String {
        guard let path = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// A path that nobody else has.
    private static var temporaryFolder: String {
        let parent =
            if let path = unsafe getenv("TMPDIR"), unsafe path.pointee != 0 {
                absolute(unsafe String(cString: path))
            } else {
                "/tmp"
            }
        let number = String(UInt64.random(in: .min ... .max), radix: 36)
        return "\(parent)/backplane-\(getpid())-\(number)"
    }
}
