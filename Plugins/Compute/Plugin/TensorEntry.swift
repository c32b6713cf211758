// SPDX-License-Identifier: Apache-2.0

/// What a safetensors header says about one tensor.
struct TensorEntry: Decodable {
    let dtype: String
    let shape: [Int]
    /// Where its bytes begin and end, from the end of the header on.
    let offsets: [Int]

    private enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
    }

    /// The bytes of the tensor, once it is sure that it lies within `count` bytes of data and is as
    /// long as its type and shape say.
    func range(within count: Int) throws(ComputeError) -> Range<Int> {
        guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= count
        else {
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
                guard size >= 0, !overflow else {
                    throw ComputeError("its shape \(shape) is impossible")
                }
                elements = product
            }
            return elements
        }
    }
}
