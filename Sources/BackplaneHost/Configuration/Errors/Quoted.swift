// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text in single quotes for a message: one line, not long, nothing that a terminal obeys.
    var quoted: String {
        var text = ""
        for (index, scalar) in unicodeScalars.enumerated() {
            if index == 60 {
                text += "…"
                break
            }
            if scalar.properties.isControlOrFormat {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return "'\(text)'"
    }
}
