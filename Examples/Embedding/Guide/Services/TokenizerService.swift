// SPDX-License-Identifier: Apache-2.0

public import BackplaneEmbedding

/// Cuts texts into words: the guide's tokenizer.
public final class TokenizerService: Plugin {
    /// The plugin's name and methods.
    public static let manifest = Manifest<TokenizerService>("tokenizer", version: "1.0.0") {
        Method("encode", TokenizerService.encode, "text", idempotent: true)
    }

    /// Makes an instance.
    public init(_ comm: Comm) {}

    func encode(_ text: String) async -> [String] {
        text.split(separator: " ").map(String.init)
    }
}
