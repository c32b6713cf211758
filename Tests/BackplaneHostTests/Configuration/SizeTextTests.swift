// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct SizeTextTests {
    @Test(
        arguments: [
            ("0B", 0), ("1B", 1), ("64KiB", 65536), ("512MiB", 536_870_912),
            ("1.5GiB", 1_610_612_736),
            ("2TiB", 2_199_023_255_552), ("1kB", 1000), ("10MB", 10_000_000), ("0.5KiB", 512),
        ] as [(String, Int64)])
    func `a number and a unit are a size`(text: String, bytes: Int64) {
        #expect(SizeText.bytes(text) == bytes)
    }

    @Test(arguments: [
        "", "512", "MiB", "-1B", "1 MiB", "1mib", "1K", "1M", ".5MiB", "1.MiB", "1.2.3MiB",
        "9999999999TiB", "99999999999999999999B", "1.1234567MiB", "٣B",
    ])
    func `anything else is none`(text: String) {
        #expect(SizeText.bytes(text) == nil)
    }
}
