// SPDX-License-Identifier: Apache-2.0

internal import BackplaneJSON
internal import BackplanePayload

/// Finds the members of a JSON object or array without reading into them.
///
/// So parameters and results go from JSON to CBOR and back as they stand, in their order and without
/// a tree of values in between. It sees structure only: whoever takes a member up has to check it.
enum JSONMembers {
    /// A member of an object: its name, still escaped, and its text.
    struct Named {
        let name: ArraySlice<UInt8>
        let text: ArraySlice<UInt8>

        /// Whether this is the member of that name.
        func isNamed(_ other: String) -> Bool {
            guard name.contains(UInt8(ascii: "\\")) else {
                return name.dropFirst().dropLast().elementsEqual(other.utf8)
            }
            // A name that is no string is nobody's name.
            return (try? JSON.parse(Array(name)).string) == other
        }
    }

    /// The members of an object, or nil when it is none or not well-formed.
    static func ofObject(_ text: ArraySlice<UInt8>) -> [Named]? {
        var scanner = Scanner(rest: text)
        guard scanner.take(UInt8(ascii: "{")) else { return nil }
        var members: [Named] = []
        if scanner.take(UInt8(ascii: "}")) { return scanner.isAtEnd ? members : nil }
        repeat {
            guard scanner.next == UInt8(ascii: "\""), let name = scanner.takeValue(),
                scanner.take(UInt8(ascii: ":")), let value = scanner.takeValue()
            else { return nil }
            members.append(Named(name: name, text: value))
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "}")) && scanner.isAtEnd ? members : nil
    }

    /// The elements of an array, or nil when it is none or not well-formed.
    static func ofArray(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var scanner = Scanner(rest: text)
        guard scanner.take(UInt8(ascii: "[")) else { return nil }
        var elements: [ArraySlice<UInt8>] = []
        if scanner.take(UInt8(ascii: "]")) { return scanner.isAtEnd ? elements : nil }
        repeat {
            guard let value = scanner.takeValue() else { return nil }
            elements.append(value)
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "]")) && scanner.isAtEnd ? elements : nil
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        /// The next byte that is not blank.
        var next: UInt8? {
            mutating get {
                rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }
                return rest.first
            }
        }

        var isAtEnd: Bool {
            mutating get { next == nil }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard next == byte else { return false }
            rest.removeFirst()
            return true
        }

        /// Takes one value of any kind.
        ///
        /// Its brackets are counted, not matched by kind.
        mutating func takeValue() -> ArraySlice<UInt8>? {
            guard next != nil else { return nil }
            let start = rest.startIndex
            var depth = 0
            var index = start
            while index < rest.endIndex {
                switch rest[index] {
                case UInt8(ascii: "\""):
                    guard let end = endOfString(from: index) else { return nil }
                    index = end
                    if depth == 0 { return take(from: start, to: index) }
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return take(from: start, to: index) }
                    depth -= 1
                    if depth == 0 { return take(from: start, to: index + 1) }
                case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0a, 0x0d:
                    if depth == 0 { return take(from: start, to: index) }
                default:
                    break
                }
                index += 1
            }
            return depth == 0 ? take(from: start, to: index) : nil
        }

        private func endOfString(from quote: Int) -> Int? {
            var index = quote + 1
            while index < rest.endIndex {
                switch rest[index] {
                case UInt8(ascii: "\""): return index + 1
                case UInt8(ascii: "\\"): index += 2
                default: index += 1
                }
            }
            return nil
        }

        private mutating func take(from start: Int, to end: Int) -> ArraySlice<UInt8>? {
            guard end > start else { return nil }
            defer { rest = rest[end...] }
            return rest[start..<end]
        }
    }
}
