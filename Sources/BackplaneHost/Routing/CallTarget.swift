// SPDX-License-Identifier: Apache-2.0

/// What a call is for: a method of a service, or a function that some service provides.
struct CallTarget: Sendable, Hashable {
    /// The service; `nil` for a provided function, whose provider the host knows.
    let service: String?
    /// The method's or the function's name.
    let method: String

    /// Reads `service.method`, or the name of a provided function.
    init(_ text: String) {
        if let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) {
            service = String(text[..<dot])
            method = String(text[text.utf8.index(after: dot)...])
        } else {
            service = nil
            method = text
        }
    }

    init(service: String, method: String) {
        self.service = service
        self.method = method
    }

    var text: String { service.map { "\($0).\(method)" } ?? method }
}
