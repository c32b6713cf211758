// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

/// The short form of `make soak`.
@Suite(.timeLimit(.minutes(5)))
struct SoakTests {
    @Test func `a flood never takes more memory than the documented buffer`() throws {
        let folder = TemporaryFolder()
        let end = try Program(
            ["3"], of: "\(Program.products)/backplane-soak", in: folder.path
        ).end(within: .seconds(120))
        #expect(end.code == 0, "\(end.output)\(end.error)")
        // For small messages and for large ones.
        #expect(end.output.split(separator: "\n").count == 2)
    }
}
