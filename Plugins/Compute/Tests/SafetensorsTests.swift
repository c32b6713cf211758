// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

@testable import Compute

struct SafetensorsTests {
    private let folder = TemporaryFolder()

    @Test func `a file says what is in it, in the order of the data`() throws {
        let model = try read(
            """
            {"__metadata__": {"format": "np"},
             "b": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]},
             "a": {"dtype": "F64", "shape": [], "data_offsets": [0, 8]}}
            """, data: 16)
        #expect(model.name == "m")
        #expect(model.tensors.map(\.name) == ["a", "b"])
        #expect(model.tensors.map(\.dtype) == ["F64", "F32"])
        #expect(model.tensors.map(\.shape) == [[], [2]])
        #expect(model.parameters == 3)
        #expect(model.bytes == 16)
    }

    @Test func `names may hold any character, escaped or not`() throws {
        let model = try read(
            #"{"é\u00e9\ud83c\udf89\"\\\/\n": {"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
            data: 1)
        #expect(model.tensors.map(\.name) == ["éé🎉\"\\/\n"])
    }

    @Test(arguments: ElementType.allCases)
    func `every element type has its width`(type: ElementType) throws {
        let size = type.bits
        let model = try read(
            #"{"x": {"dtype": "\#(type.rawValue)", "shape": [8], "data_offsets": [0, \#(size)]}}"#,
            data: size)
        #expect(model.parameters == 8)
    }

    @Test(arguments: [
        // Offsets that are out of range, turned around, too few, negative, or of absurd size.
        (#"{"x": {"dtype": "U8", "shape": [9], "data_offsets": [0, 9]}}"#, "no range within 8"),
        (#"{"x": {"dtype": "U8", "shape": [8], "data_offsets": [8, 0]}}"#, "no range within 8"),
        (#"{"x": {"dtype": "U8", "shape": [8], "data_offsets": [0]}}"#, "no range within 8"),
        (#"{"x": {"dtype": "U8", "shape": [8], "data_offsets": [-8, 0]}}"#, "no whole number"),
        (
            #"{"x": {"dtype": "U8", "shape": [8], "data_offsets": [0, 18446744073709551615]}}"#,
            "a number that is too large"
        ),
        // A type or shape that does not make the bytes.
        (#"{"x": {"dtype": "U7", "shape": [8], "data_offsets": [0, 8]}}"#, "'U7' is unknown"),
        (#"{"x": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}"#, "do not make the 8"),
        (#"{"x": {"dtype": "F4", "shape": [15], "data_offsets": [0, 8]}}"#, "do not make the 8"),
        (#"{"x": {"dtype": "U8", "shape": [-8], "data_offsets": [0, 8]}}"#, "no whole number"),
        (
            #"{"x": {"dtype": "U8", "shape": [4611686018427387904, 4], "data_offsets": [0, 8]}}"#,
            "is impossible"
        ),
        (
            #"{"x": {"dtype": "F64", "shape": [4611686018427387904], "data_offsets": [0, 8]}}"#,
            "do not make the 8"
        ),
        // Overlaps, gaps, and data that is nobody's.
        (
            """
            {"x": {"dtype": "U8", "shape": [6], "data_offsets": [0, 6]},
             "y": {"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}}
            """, "tensor 'y' begins at 4 of the data, where 6 is expected"
        ),
        (
            """
            {"x": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]},
             "y": {"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}}
            """, "tensor 'y' begins at 4 of the data, where 2 is expected"
        ),
        (#"{"x": {"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}}"#, "where 0 is expected"),
        (
            #"{"x": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}}"#,
            "take 4 bytes, and the file has 8"
        ),
        ("{}", "take 0 bytes, and the file has 8"),
        // A header that is no header.
        ("", "no JSON object"),
        ("[]", "no JSON object"),
        ("{} {}", "something after the object"),
        (#"{"x}"#, "an open string"),
        (#"{"x\q": 1}"#, "an unknown escape"),
        (#"{"\ud83d\u0041": 1}"#, "half a character"),
        (#"{"\udc00": 1}"#, "half a character"),
        (#"{"\u12g4": 1}"#, "no hexadecimal digit"),
        ("{\"a\nb\": 1}", "a control character"),
        (#"{"x": {"dtype": "U8", "shape": [08], "data_offsets": [0, 8]}}"#, "no whole number"),
        (#"{"x": {"dtype": "U8", "shape": [8,], "data_offsets": [0, 8]}}"#, "no whole number"),
        (#"{"x": {"dtype": "U8", "shape": [8], "data_offsets": [0, 8], "z": 1}}"#, "'z' in a"),
        ("null", "no JSON object"),
        ("{", "cannot be read"),
        (#"{"x": 1}"#, "cannot be read"),
        (#"{"x": {"dtype": "U8", "shape": [8]}}"#, "cannot be read"),
        (#"{"x": {"dtype": "U8", "shape": 8, "data_offsets": [0, 8]}}"#, "cannot be read"),
        (#"{"x": {"dtype": 8, "shape": [8], "data_offsets": [0, 8]}}"#, "cannot be read"),
        (#"{"x": {"dtype": "U8", "shape": [8.5], "data_offsets": [0, 8]}}"#, "cannot be read"),
        (#"{"__metadata__": {"a": 1}}"#, "cannot be read"),
        // The same name twice.
        (
            """
            {"x": {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]},
             "x": {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}}
            """, "cannot be read"
        ),
    ])
    func `a header that lies is refused in words`(header: String, words: String) {
        let error = #expect(throws: ComputeError.self) { try read(header, data: 8) }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test(arguments: [UInt64(9), 100_000_001, 1 << 40, 1 << 63, .max, .max - 7])
    func `a header that claims more than there is is not read`(size: UInt64) throws {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array("{}".utf8)
        let error = #expect(throws: ComputeError.self) { try read(bytes) }
        #expect(error?.message.contains("the header claims \(size) bytes") == true)
    }

    @Test func `a file that was cut off anywhere is refused`() throws {
        let whole = file(
            #"{"x": {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}}"#, data: 8)
        for count in whole.indices {
            #expect(throws: ComputeError.self) { try read(Array(whole.prefix(count))) }
        }
        #expect(try read(whole).parameters == 8)
    }

    @Test func `nesting that has no end is refused`() {
        let deep = #"{"x": "# + String(repeating: "[", count: 100_000)
        #expect(throws: ComputeError.self) { try read(deep, data: 8) }
    }

    private func read(_ header: String, data: Int) throws -> Model {
        try read(file(header, data: data))
    }

    private func read(_ bytes: [UInt8]) throws -> Model {
        let path = try folder.file("m.safetensors", bytes)
        return try Safetensors(try MappedFile(path: path)).model(named: "m")
    }

    private func file(_ header: String, data: Int) -> [UInt8] {
        let size = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array(header.utf8)
            + [UInt8](repeating: 0, count: data)
    }
}
