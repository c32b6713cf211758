// SPDX-License-Identifier: Apache-2.0

import Foundation

/// TCP ports that nobody listens on.
public enum FreePort {
    /// One of them.
    public static func find() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: a sockaddr_in is used as the sockaddr that it begins with, for each call alone.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard isBound else { throw Deadline.Passed(description: "no port is free") }
        return UInt16(bigEndian: address.sin_port)
    }
}
