// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct ConfigurationFuzzTests {
    /// A generator that gives the same numbers in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let seed = """
        version: 1
        x-common: &common { slot: forked, workers: 2, env: { A: "${HOME:-none}", B: 1 } }
        host:
          state: .backplane
          plugins: [plugins, .build/release]
          log: { level: info, format: auto }
          socket: { mode: "0660", group: staff }
        defaults: { timeout: 30s, retries: { max: 3, delay: 100ms, backoff: 2 } }
        services:
          one:
            <<: *common
            plugin: One
            restart: { policy: on-failure, limit: 5, within: 60s }
            methods: { train: { timeout: 1h } }
            config: [1, 2.5, ~, "x", {a: *common, b: ${file:secret}}]
          two:
            plugin: plugins/two.so
            depends-on: [one]
            may-call: [one, host]
            messages-to: one.append
            config: |
              block
        """

    private static let pieces = [
        "&a ", "*a", "*common", "<<: ", "${", "}", "${X}", "${file:", "$$", "- ", ": ", ",", "[",
        "]",
        "{", "}", "\n", "\t", "  ", "'", "\"", "|", ">", "!", "!!str ", "#", "? ", "%", "---\n",
        "...\n", "\u{0}", "\u{85}", "\u{2028}", "\u{FEFF}", "é", "日", "e\u{301}", "0x", "1e999",
        "-1", "99999999999999999999", "none", "9d", "services:", "x-", "host", "version: 1\n",
    ]

    @Test(arguments: 0..<8)
    func `no mutation of a file traps or hangs`(lane: UInt64) {
        var numbers = Numbers(state: lane)
        let files = ["/app/secret": "hunter2"]
        let seed = Array(Self.seed.utf8)
        for _ in 0..<400 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                Self.mutate(&bytes, using: &numbers)
            }
            let text = ConfigurationText("", environment: ["HOME": "/"], files: files)
            do throws(ConfigurationErrors) {
                _ = try text.host(bytes)
            } catch {
                #expect(!error.errors.isEmpty)
                #expect(!error.description.contains("hunter2"))
            }
        }
    }

    private static func mutate(_ bytes: inout [UInt8], using numbers: inout Numbers) {
        let place = Int.random(in: 0...bytes.count, using: &numbers)
        let end = min(bytes.count, place + Int.random(in: 0...12, using: &numbers))
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0: bytes.removeSubrange(place..<end)
        case 1:
            bytes.insert(
                contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &numbers)
            )
        case 2: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &numbers) }
        case 3: bytes.removeSubrange(place...)
        default:
            guard let piece = pieces.randomElement(using: &numbers) else { return }
            bytes.replaceSubrange(place..<end, with: piece.utf8)
        }
    }

    @Test(arguments: [
        "a: 1\n", "${A}", "*a ", "[", "- x\n", "&a\n", "\"", "x: &a *a\n", "é", "? ", "{a: ", "'",
        "!!x ", "<<: ", "#\n", "\u{2028}", "a: ${", "$", "|\n ",
    ])
    func `a large file of one thing is read or refused in time`(piece: String) {
        let text = String(repeating: piece, count: (1 << 18) / piece.utf8.count)
        let start = ContinuousClock.now
        for head in ["", "version: 1\nservices:\n  a:\n    config:\n      ", "x: \""] {
            let complaints = ConfigurationText(head + text).complaints()
            #expect(complaints.count <= ConfigurationErrors.limit)
        }
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func `many services that are all wrong are read in time`() {
        let services = (0..<5000).map { index in
            "  s\(index): { plugn: x, depends-on: [t\(index)], slot: nowhere, env: { A: b } }\n"
        }
        let text = "version: 1\nservices:\n" + services.joined()
        let start = ContinuousClock.now
        #expect(ConfigurationText(text).complaints().count == ConfigurationErrors.limit)
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
