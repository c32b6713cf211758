// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct KnownTargetsTests {
    private static func target(_ targets: KnownTargets, _ text: [UInt8]) -> CallTarget {
        unsafe text.withUnsafeBytes { unsafe targets.target($0).target }
    }

    @Test func `a text is read as if it were new, however often and whatever came before`() {
        let targets = KnownTargets()
        // More than there are places, so that some share one.
        let texts =
            (0..<500).map { "service\($0 % 50).method\($0)" } + ["function", "", ".", "a.b.c"]
        for _ in 0..<3 {
            for text in texts {
                #expect(Self.target(targets, Array(text.utf8)) == CallTarget(text))
            }
        }
    }

    @Test func `long ones and such as are no text are read, too`() {
        let targets = KnownTargets()
        for count in [127, 128, 129, 100_000] {
            let text = "s." + String(repeating: "m", count: count - 2)
            for _ in 0..<2 {
                #expect(Self.target(targets, Array(text.utf8)) == CallTarget(text))
            }
        }
        for _ in 0..<2 {
            #expect(Self.target(targets, [0x61, 0x2e, 0xff]) == CallTarget("a.\u{fffd}"))
        }
    }
}
