// SPDX-License-Identifier: Apache-2.0

/// Everything that a configuration file says, defaults filled in and paths absolute.
public struct HostConfiguration: Sendable, Hashable {
    /// The path of the configuration file; absolute, and there need not be a file.
    ///
    /// A file that is there when the host starts is what the host follows when it is told to reload.
    public var file: String

    /// The folder of the configuration file, which relative paths in it start from.
    public var folder: String

    /// The folder for the socket, staged images, dossiers and the lock.
    public var stateFolder: String

    /// The folders in which plugins are looked up by name, in order.
    public var pluginFolders: [String]

    /// Whether the file and the plugins in use are watched.
    public var reload: Bool

    /// What the host logs.
    public var log: LogConfiguration

    /// Who may open the control socket.
    public var socket: SocketConfiguration

    /// The services, in the order of the file.
    public var services: [ServiceConfiguration]

    /// Makes the configuration of a host; the defaults are those of a configuration file.
    ///
    /// - Parameter folder: An absolute path, without a slash at its end. The other paths follow from
    ///   it unless they are given, and are absolute too.
    public init(
        folder: String, file: String? = nil, stateFolder: String? = nil,
        pluginFolders: [String]? = nil, reload: Bool = true,
        log: LogConfiguration = LogConfiguration(),
        socket: SocketConfiguration = SocketConfiguration(), services: [ServiceConfiguration] = []
    ) {
        self.folder = folder
        self.file = file ?? "\(folder)/services.yaml"
        self.stateFolder = stateFolder ?? "\(folder)/.backplane"
        self.pluginFolders = pluginFolders ?? ["\(folder)/plugins", "\(folder)/.build/release"]
        self.reload = reload
        self.log = log
        self.socket = socket
        self.services = services
    }
}

extension HostConfiguration {
    /// The service of that name, if there is one.
    public func service(named name: String) -> ServiceConfiguration? {
        services.first { $0.name == name }
    }
}
