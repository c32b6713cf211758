// SPDX-License-Identifier: Apache-2.0

/// What the elements of a tensor are, by the names of the safetensors format.
enum ElementType: String, CaseIterable {
    case boolean = "BOOL"
    case unsigned8 = "U8"
    case signed8 = "I8"
    case unsigned16 = "U16"
    case signed16 = "I16"
    case unsigned32 = "U32"
    case signed32 = "I32"
    case unsigned64 = "U64"
    case signed64 = "I64"
    case float4 = "F4"
    case float6e2 = "F6_E2M3"
    case float6e3 = "F6_E3M2"
    case float8e4 = "F8_E4M3"
    case float8e4z = "F8_E4M3FNUZ"
    case float8e5 = "F8_E5M2"
    case float8e5z = "F8_E5M2FNUZ"
    case float8e8 = "F8_E8M0"
    case float16 = "F16"
    case brain16 = "BF16"
    case float32 = "F32"
    case float64 = "F64"
    case complex64 = "C64"

    /// How wide one element is; elements of a tensor follow each other without gaps.
    var bits: Int {
        switch self {
        case .float4: 4
        case .float6e2, .float6e3: 6
        case .boolean, .unsigned8, .signed8: 8
        case .float8e4, .float8e4z, .float8e5, .float8e5z, .float8e8: 8
        case .unsigned16, .signed16, .float16, .brain16: 16
        case .unsigned32, .signed32, .float32: 32
        case .unsigned64, .signed64, .float64, .complex64: 64
        }
    }
}
