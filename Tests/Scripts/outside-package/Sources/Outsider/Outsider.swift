// SPDX-License-Identifier: Apache-2.0

import Backplane
import CBeside
import Foundation
import NIOCore
import NIOPosix

/// Uses a package, a library and a file that are none of Backplane's.
public final class Outsider: Plugin {
    /// Its methods.
    public static let manifest = Manifest<Outsider>(
        "outsider", version: "0.1.0", summary: "Brings its own."
    ) {
        Method("bytes", Outsider.bytes, "text")
        Method("last", Outsider.last, "text")
        Method("beside", Outsider.beside)
        Method("data", Outsider.data)
    }

    private let comm: Comm

    /// Makes an instance.
    public init(_ comm: Comm) { self.comm = comm }

    func bytes(_ text: String) -> Int { ByteBuffer(string: text).readableBytes }

    /// The last character, after a turn on an event loop.
    func last(_ text: String) async throws -> String? {
        try await MultiThreadedEventLoopGroup.singleton.next().submit {
            var buffer = ByteBuffer(string: text)
            return buffer.readString(length: buffer.readableBytes)?.last.map { String($0) }
        }.get()
    }

    func beside() -> Int { Int(beside_answer()) }

    func data() throws -> String {
        try String(contentsOfFile: "\(comm.directory)/outsider.txt", encoding: .utf8)
    }
}
