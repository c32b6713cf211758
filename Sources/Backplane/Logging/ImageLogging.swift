// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// Makes the loggers of a plugin's image write to its host: those that its libraries make too.
enum ImageLogging {
    /// The host of the image's instance.
    ///
    /// An image has one: each service and generation has a copy of the plugin's file to itself.
    private static let host = Mutex<HostTable?>(nil)
    private static let isBootstrapped = Mutex(false)

    /// Takes over swift-log in this image.
    ///
    /// Only `export` does so, once; a library never does.
    static func bootstrap() {
        let isFirst = isBootstrapped.withLock { isBootstrapped in
            defer { isBootstrapped = true }
            return !isBootstrapped
        }
        guard isFirst else { return }
        LoggingSystem.bootstrap { _ in HostLogHandler(host: nil) }
    }

    static var currentHost: HostTable? { host.withLock { $0 } }

    static func use(_ host: HostTable) {
        self.host.withLock { $0 = host }
    }
}
