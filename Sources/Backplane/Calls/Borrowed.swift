// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Copies `count` borrowed bytes; none for a null pointer.
    package init(copying bytes: UnsafePointer<UInt8>?, count: UInt64) {
        guard let bytes = unsafe bytes, let count = Int(exactly: count) else {
            self = []
            return
        }
        // SAFETY: the ABI says that `count` bytes are readable there until the call returns.
        self = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}

extension String {
    /// Copies borrowed text of `count` bytes; what is not UTF-8 is repaired.
    package init(copying text: UnsafePointer<CChar>?, count: UInt64) {
        guard let text = unsafe text, let count = Int(exactly: count) else {
            self = ""
            return
        }
        // SAFETY: as above.
        self = unsafe String(
            decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
    }

    /// Copies borrowed text that ends with NUL; empty for a null pointer.
    package init(copying text: UnsafePointer<CChar>?) {
        guard let text = unsafe text else {
            self = ""
            return
        }
        self = unsafe String(cString: text)
    }
}
