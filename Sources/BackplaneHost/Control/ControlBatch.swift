// SPDX-License-Identifier: Apache-2.0

/// The answers to a batch, which leave together when the last one is there.
struct ControlBatch {
    /// Where an answer belongs.
    struct Place {
        let batch: UInt64
        let index: Int
    }

    private var answers: [String?]
    private var missing: Int
    /// The bytes of what is there.
    private var size = 0

    init(count: Int) {
        answers = Array(repeating: nil, count: count)
        missing = count
    }

    /// Whether an answer still fits into the line, with an error for each that is missing.
    func hasRoom(for answer: String) -> Bool {
        size + answer.utf8.count + missing * 512 <= ControlSession.lineLimit
    }

    /// Puts an answer in its place; nil where there is to be none.
    ///
    /// - Returns: The answers of the whole batch once nothing is missing, else nil. Empty when nothing of it
    ///   is answered.
    mutating func fill(_ index: Int, with answer: String?) -> String? {
        answers[index] = answer
        size += answer?.utf8.count ?? 0
        missing -= 1
        guard missing == 0 else { return nil }
        let given = answers.compactMap(\.self)
        return given.isEmpty ? "" : "[\(given.joined(separator: ","))]"
    }
}
