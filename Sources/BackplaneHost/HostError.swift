// SPDX-License-Identifier: Apache-2.0

/// Why a host can't run.
public struct HostError: Error, Sendable, CustomStringConvertible {
    /// The kinds of reasons; new ones break nobody.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case alreadyRunning = "already-running"
            case stateFolder = "state-folder"
            case socket
        }
        private let kind: Kind

        /// Another host uses the state folder.
        public static let alreadyRunning = Code(kind: .alreadyRunning)
        /// The state folder can't be made or written to.
        public static let stateFolder = Code(kind: .stateFolder)
        /// The control socket can't be opened.
        public static let socket = Code(kind: .socket)

        /// The stable name, as logs print it.
        public var description: String { kind.rawValue }
    }

    /// The kind of reason.
    public let code: Code
    /// What happened, to what, and what to do.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
