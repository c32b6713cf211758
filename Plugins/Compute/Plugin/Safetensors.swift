// SPDX-License-Identifier: Apache-2.0

/// A file in the safetensors format.
///
/// `[0..<8 header size u64, little-endian][8..<8+size header, JSON][tensors' data to the end]`
///
/// The header names tensors with their type, shape and place in the data. Nothing in it is
/// believed before it is checked: sizes and places against the file, types and shapes against
/// places, and that together the tensors are the data, without gaps and overlaps.
struct Safetensors {
    private let file: MappedFile

    /// The longest header that is read, in bytes: the limit that the format sets.
    private static let longestHeader = 100_000_000

    init(_ file: MappedFile) {
        self.file = file
    }

    /// What is in the file.
    ///
    /// - Throws: What is wrong with it, after its path.
    func model(named name: String) throws(ComputeError) -> Model {
        do {
            return try read(name)
        } catch {
            throw ComputeError("'\(file.path)': \(error.message)")
        }
    }

    private func read(_ name: String) throws(ComputeError) -> Model {
        let headerSize = try self.headerSize
        let entries = try self.entries(in: 8..<8 + headerSize)
        let dataSize = file.count - 8 - headerSize
        var tensors: [(range: Range<Int>, tensor: Model.Tensor)] = []
        var parameters = 0
        for entry in entries {
            do {
                let tensor = Model.Tensor(name: entry.name, dtype: entry.dtype, shape: entry.shape)
                tensors.append((try entry.range(within: dataSize), tensor))
                parameters += try entry.elements
            } catch {
                throw ComputeError("tensor '\(entry.name)': \(error.message)")
            }
        }
        tensors.sort {
            ($0.range.lowerBound, $0.range.upperBound, $0.tensor.name)
                < ($1.range.lowerBound, $1.range.upperBound, $1.tensor.name)
        }
        var end = 0
        for (range, tensor) in tensors {
            guard range.lowerBound == end else {
                throw ComputeError(
                    "tensor '\(tensor.name)' begins at \(range.lowerBound) of the data, where "
                        + "\(end) is expected: tensors leave no gap and do not overlap")
            }
            end = range.upperBound
        }
        guard end == dataSize else {
            throw ComputeError("the tensors take \(end) bytes, and the file has \(dataSize)")
        }
        return Model(
            name: name, tensors: tensors.map(\.tensor), parameters: parameters, bytes: dataSize)
    }

    private var headerSize: Int {
        get throws(ComputeError) {
            guard let bytes = file.bytes(in: 0..<8) else {
                throw ComputeError("the file has \(file.count) bytes, too few for its header")
            }
            let size = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard size <= UInt64(Self.longestHeader) else {
                throw ComputeError(
                    "the header claims \(size) bytes; at most \(Self.longestHeader) are allowed")
            }
            guard Int(size) <= file.count - 8 else {
                throw ComputeError(
                    "the header claims \(size) bytes, and the file has \(file.count - 8) for it")
            }
            return Int(size)
        }
    }

    private func entries(in range: Range<Int>) throws(ComputeError) -> [TensorEntry] {
        guard let text = file.bytes(in: range), text.first == UInt8(ascii: "{") else {
            throw ComputeError("the header is no JSON object")
        }
        var reader = HeaderReader(text)
        var entries: [TensorEntry] = []
        var names: Set<String> = []
        try reader.object { (reader, name) throws(ComputeError) in
            guard names.insert(name).inserted else { throw reader.error("'\(name)' again") }
            if name == "__metadata__" {
                try skipMetadata(&reader)
            } else {
                entries.append(try TensorEntry(name: name, from: &reader))
            }
        }
        try reader.end()
        return entries
    }

    /// Passes over notes of whoever wrote the file: strings by name.
    private func skipMetadata(_ reader: inout HeaderReader) throws(ComputeError) {
        if reader.takeNull() { return }
        try reader.object { (reader, _) throws(ComputeError) in _ = try reader.string() }
    }
}
