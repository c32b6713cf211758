// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

/// What `inspect FILE.so` shows.
struct PluginFileReport: Codable, Equatable {
    var version = 1
    /// The path of the file.
    var path: String
    /// In bytes.
    var size: UInt64
    var plugin: PluginReport

    enum CodingKeys: String, CodingKey {
        case version, path, plugin
        case size = "size_bytes"
    }
}
