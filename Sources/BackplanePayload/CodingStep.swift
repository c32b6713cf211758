// SPDX-License-Identifier: Apache-2.0

/// One step from a container to what lies in it.
enum CodingStep {
    case root
    case key(any CodingKey)
    case index(Int)

    /// The step as a coding key; nil for the root and for values that share their encoder.
    var codingKey: (any CodingKey)? {
        switch self {
        case .root: nil
        case .key(let key): key
        case .index(let index): PathKey(intValue: index)
        }
    }
}

/// A key of a map, or an index of an array, without a type's own list of keys.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }

    /// The key under which a superclass is coded unless another one is named.
    static let superclass = PathKey(stringValue: "super")

    /// The place within a value, for people: "layers[3].name".
    static func describe(_ path: [any CodingKey]) -> String {
        var result = ""
        for key in path {
            if let index = key.intValue {
                result += "[\(index)]"
            } else {
                result += result.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return result
    }
}
