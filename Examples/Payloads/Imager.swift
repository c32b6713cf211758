// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding

/// The plugin of the page about large payloads.
final class Imager: Plugin {
    static let manifest = Manifest<Imager>("imager", version: "1.0.0") {
        Method("brightness", Imager.brightness, "pixels")
        Method("gray", Imager.gray, "level", "count")
        Method("add", Imager.add, "frame")
        Method("mean", Imager.mean, "values")
    }

    private let comm: Comm

    init(_ comm: Comm) { self.comm = comm }

    // snippet: reading
    func brightness(_ pixels: Bytes) -> Int {
        pixels.withSpan { span in
            var sum = 0
            for index in span.indices { sum += Int(span[index]) }
            return sum / max(1, span.count)
        }
    }
    // end

    // snippet: building
    func gray(_ level: UInt8, _ count: Int) async throws -> Bytes {
        try await comm.withPayloadBuffer(capacity: count) { pixels in
            for _ in 0..<count { pixels.append(level) }
        }
    }
    // end

    // snippet: within
    struct Frame: Codable, Sendable {
        var name: String
        var pixels: Bytes  // stays where it arrived, too
    }
    // end

    func add(_ frame: Frame) -> String { "\(frame.name): \(frame.pixels)" }

    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
}
