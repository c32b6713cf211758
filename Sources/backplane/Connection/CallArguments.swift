// SPDX-License-Identifier: Apache-2.0

import BackplaneJSON
import Glibc

/// The arguments of a call as the command line takes them.
///
/// JSON: an array is by position, an object by name, any other value is the one argument.
struct CallArguments: Equatable {
    /// What goes into `params`: an array or an object, in one line; nil when there are no arguments.
    let params: String?

    /// - Parameter text: JSON, or `-` for standard input; nil for no arguments.
    init(_ text: String?, input: () throws -> [UInt8] = CallArguments.standardInput) throws {
        guard let text else {
            params = nil
            return
        }
        let bytes = text == "-" ? try input() : Array(text.utf8)
        do {
            _ = try JSON.payload(from: bytes)
        } catch {
            throw CommandFailure.usage("the arguments are not JSON: \(error)")
        }
        // Line ends stand between values only: within a string JSON has no bare ones.
        let line = bytes.map { $0 == 0x0a || $0 == 0x0d ? 0x20 : $0 }
        let json = String(decoding: line, as: UTF8.self)
        let first = line.first { $0 != 0x20 && $0 != 0x09 }
        params = first == UInt8(ascii: "[") || first == UInt8(ascii: "{") ? json : "[\(json)]"
    }

    /// Everything that comes in on standard input.
    static func standardInput() throws -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(0, &chunk, chunk.count)
            if count > 0 {
                all += chunk[..<count]
            } else if count == 0 {
                return all
            } else if errno != EINTR {
                throw CommandFailure("error: standard input cannot be read")
            }
        }
    }
}
