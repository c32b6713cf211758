// SPDX-License-Identifier: Apache-2.0

/// A service of a storm: a sample plugin that tells its versions apart.
enum StormService: String, CaseIterable, Sendable {
    case echo, tokenizer, compute, memory, pipeline

    /// The product that its plugin is built as.
    var product: String {
        switch self {
        case .echo: "VersionedEcho"
        case .tokenizer: "VersionedTokenizer"
        case .compute: "VersionedCompute"
        case .memory: "VersionedMemory"
        case .pipeline: "VersionedPipeline"
        }
    }

    /// Its entry in a configuration: nothing is tried twice, nothing is refused for want of room.
    func entry(slot: String) -> String {
        let workers =
            switch (slot, self) {
            case ("in-process", _), ("forked", .memory): ""
            case ("forked", _): ", workers: 2"
            default: ", workers: 16"
            }
        return """
              \(rawValue): { plugin: \(product), slot: \(slot)\(workers), queue: 4096, \
            concurrency: 4096, timeout: 60s, drain-timeout: 60s, retries: { max: 0 } }
            """
    }
}
