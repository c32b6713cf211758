// SPDX-License-Identifier: Apache-2.0

/// The name of a model: that of its file without `.safetensors`.
///
/// A name that leads elsewhere cannot be made: as an argument, it is refused before a method sees
/// it.
struct ModelName: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try container.decode(String.self)
        guard !text.isEmpty, !text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
        else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' names no file in the models' folder")
        }
    }
}
