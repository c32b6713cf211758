// SPDX-License-Identifier: Apache-2.0

/// What a safetensors header says about one tensor.
struct TensorEntry {
    let name: String
    let dtype: String
    let shape: [Int]
    /// Where its bytes begin and end, from the end of the header on.
    let offsets: [Int]

    /// Reads the entry of the tensor called `name`.
    init(name: String, from reader: inout HeaderReader) throws(ComputeError) {
        var dtype: String?
        var shape: [Int]?
        var offsets: [Int]?
        try reader.object { (reader, key) throws(ComputeError) in
            switch key {
            case "dtype" where dtype == nil: dtype = try reader.string()
            case "shape" where shape == nil: shape = try reader.numbers()
            case "data_offsets" where offsets == nil: offsets = try reader.numbers()
            default: throw reader.error("'\(key)' in a tensor")
            }
        }
        guard let dtype, let shape, let offsets else {
            throw reader.error("a tensor without dtype, shape or data_offsets")
        }
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.offsets = offsets
    }

    /// The bytes of the tensor, once it is sure that it lies within `count` bytes of data and is as
    /// long as its type and shape say.
    func range(within count: Int) throws(ComputeError) -> Range<Int> {
        guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= count else {
            throw ComputeError("its data_offsets \(offsets) are no range within \(count) bytes")
        }
        guard let type = ElementType(rawValue: dtype) else {
            throw ComputeError("its dtype '\(dtype)' is unknown")
        }
        let (bits, overflow) = try elements.multipliedReportingOverflow(by: type.bits)
        let range = offsets[0]..<offsets[1]
        guard !overflow, bits.isMultiple(of: 8), bits / 8 == range.count else {
            throw ComputeError(
                "\(dtype) elements in the shape \(shape) do not make the \(range.count) bytes "
                    + "of its data_offsets")
        }
        return range
    }

    /// How many elements the tensor has; one when it has no dimension.
    var elements: Int {
        get throws(ComputeError) {
            var elements = 1
            for size in shape {
                let (product, overflow) = elements.multipliedReportingOverflow(by: size)
                guard !overflow else { throw ComputeError("its shape \(shape) is impossible") }
                elements = product
            }
            return elements
        }
    }
}
