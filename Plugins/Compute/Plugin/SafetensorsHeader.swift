// SPDX-License-Identifier: Apache-2.0

/// The JSON header of a safetensors file: tensors by name, and perhaps metadata among them.
struct SafetensorsHeader: Decodable {
    let entries: [String: TensorEntry]

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        var entries: [String: TensorEntry] = [:]
        for name in container.allKeys {
            if name.stringValue == "__metadata__" {
                _ = try container.decodeIfPresent([String: String].self, forKey: name)
            } else {
                entries[name.stringValue] = try container.decode(TensorEntry.self, forKey: name)
            }
        }
        self.entries = entries
    }
}
