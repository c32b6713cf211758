// SPDX-License-Identifier: Apache-2.0

import Glibc
import OracleSupport
import Testing

@testable import BackplaneHost

/// Whether somebody writes.
struct WriterPresenceTests {
    private let folder = TemporaryFolder()

    @Test func `a writer is known while it has the file open`() throws {
        let path = try folder.file("file", [1, 2, 3])
        #expect(WriterPresence(path: path) == .none)
        let reader = unsafe open(path, O_RDONLY | O_CLOEXEC)
        #expect(WriterPresence(path: path) == .none)
        let writer = unsafe open(path, O_WRONLY | O_CLOEXEC)
        #expect(writer >= 0)
        #expect(WriterPresence(path: path) == .some)
        close(writer)
        close(reader)
        #expect(WriterPresence(path: path) == .none)
    }

    @Test func `asking holds no writer up and leaves nothing open`() throws {
        let path = try folder.file("file", [1, 2, 3])
        for _ in 0..<2000 {
            #expect(WriterPresence(path: path) == .none)
            let writer = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
            #expect(writer >= 0 && writer < 1000)
            close(writer)
        }
    }

    @Test func `of what is no file nothing is known`() throws {
        let fifo = folder.path("fifo")
        #expect(unsafe mkfifo(fifo, 0o600) == 0)
        #expect(WriterPresence(path: fifo) == .unknown)
        #expect(WriterPresence(path: folder.path("missing")) == .unknown)
    }
}
