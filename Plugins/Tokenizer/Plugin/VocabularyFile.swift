// SPDX-License-Identifier: Apache-2.0

/// A vocabulary as a text file.
///
/// ```
/// backplane-tokenizer 1
/// merges 2
/// 101 32
/// 256 116
/// ```
/// The first line names the format and its version, the second says how many merges follow, so that
/// a file which was cut off is noticed. Each further line is a merge: the one on the n-th of them
/// makes token 255 + n of the two tokens it names.
enum VocabularyFile {
    private static let title = "backplane-tokenizer 1"

    /// The file's text, its last line ended.
    static func text(of vocabulary: Vocabulary) -> String {
        var text = "\(title)\nmerges \(vocabulary.merges.count)\n"
        for merge in vocabulary.merges {
            text += "\(merge.first) \(merge.second)\n"
        }
        return text
    }

    /// Reads what `text(of:)` wrote.
    ///
    /// - Parameter name: Where the bytes come from, for the words of an error.
    static func vocabulary(
        from bytes: [UInt8], name: String
    ) throws(TokenizerError) -> Vocabulary {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count >= 3, lines.removeLast().isEmpty, lines[0].elementsEqual(title.utf8)
        else {
            throw TokenizerError(
                "'\(name)' is no whole vocabulary: it begins with '\(title)' and ends with a line")
        }
        let count = numbers(in: lines[1].dropFirst("merges ".utf8.count))
        guard lines[1].starts(with: "merges ".utf8), count == [Int32(lines.count - 2)] else {
            throw TokenizerError(
                "\(name):2: 'merges \(lines.count - 2)' is expected, for as many lines follow")
        }
        var vocabulary = Vocabulary()
        for (index, line) in lines.enumerated().dropFirst(2) {
            guard let pair = numbers(in: line), pair.count == 2 else {
                throw TokenizerError("\(name):\(index + 1): two token numbers are expected")
            }
            do {
                try vocabulary.add(TokenPair(first: pair[0], second: pair[1]))
            } catch {
                throw TokenizerError("\(name):\(index + 1): \(error.message)")
            }
        }
        return vocabulary
    }

    /// The decimal numbers of a line, one space between two; nil when something else is in it.
    private static func numbers(in line: ArraySlice<UInt8>) -> [Int32]? {
        var numbers: [Int32] = []
        for word in line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false) {
            guard word.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
                let number = Int32(String(decoding: word, as: UTF8.self))
            else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}
