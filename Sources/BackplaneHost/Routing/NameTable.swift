// SPDX-License-Identifier: Apache-2.0

/// Values by name, made once and looked up often.
///
/// Most services have few methods and most hosts few services. Comparing a handful of short names is
/// cheaper than hashing one, so a small table is searched from its start.
struct NameTable<Value: Sendable>: Sendable {
    private static var searchLimit: Int { 8 }

    private let values: [String: Value]
    private let few: [(name: String, value: Value)]

    init(_ values: [String: Value]) {
        self.values = values
        few = values.count <= Self.searchLimit ? values.map { ($0.key, $0.value) } : []
    }

    /// All names, in no order.
    var names: Dictionary<String, Value>.Keys { values.keys }

    /// All values by their names.
    var all: [String: Value] { values }

    subscript(name: String) -> Value? {
        guard !few.isEmpty else { return values[name] }
        // By index: taking out each entry would count its value up and down.
        for index in few.indices where few[index].name == name { return few[index].value }
        return nil
    }
}
