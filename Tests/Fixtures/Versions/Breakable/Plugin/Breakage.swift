// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc
import Versioning

/// What is broken in an instance.
final class Breakage: Sendable {
    private struct Settings: Decodable {
        let port: UInt16?
    }

    private let port: ListeningPort?

    /// Breaks in `init`, if it is to.
    init(_ comm: Comm) throws {
        switch Mode.current {
        case .initThrows: throw Broken("init was built to throw")
        case .initCrashes: abort()
        case .initHangs: while true { usleep(1_000_000) }
        case .initListens:
            port = try ListeningPort(try comm.configuration(as: Settings.self).port ?? 0)
            return
        default: break
        }
        port = nil
    }

    func selfTest() throws {
        switch Mode.current {
        case .selfTestThrows: throw Broken("selfTest was built to throw")
        case .selfTestCrashes: abort()
        default: break
        }
    }

    func answer() throws {
        switch Mode.current {
        case .callCrashes: abort()
        case .callThrows: throw Broken("answer was built to throw")
        default: break
        }
    }

    func restore() throws {
        if Mode.current == .restoreThrows { throw Broken("restore was built to throw") }
    }
}

/// What a broken build throws.
struct Broken: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
