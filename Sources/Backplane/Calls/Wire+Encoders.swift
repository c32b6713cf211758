// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

// How handles write their arguments. Each closure is made in one place: where it is written out it is in the
// plugin once more.

extension Wire {
    /// Writes the arguments of a handle, a tuple of them.
    typealias Encoder<Arguments> =
        @Sendable (Arguments, inout ArgumentWriter) throws(BackplaneError) -> Void

    static func encoder<each A: Encodable & Sendable>(
        _: (repeat each A).Type
    ) -> Encoder<(repeat each A)> {
        { (arguments, writer) throws(BackplaneError) in
            try write(repeat each arguments, to: &writer)
        }
    }

    static func encoder2<A: Encodable & Sendable, B: Encodable & Sendable>() -> Encoder<(A, B)> {
        { (arguments, writer) throws(BackplaneError) in
            try write(arguments.0, arguments.1, to: &writer)
        }
    }

    static func encoder3<A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable>()
        -> Encoder<(A, B, C)>
    {
        { (arguments, writer) throws(BackplaneError) in
            try write(arguments.0, arguments.1, arguments.2, to: &writer)
        }
    }

    static func encoder4<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable
    >()
        -> Encoder<(A, B, C, D)>
    {
        { (arguments, writer) throws(BackplaneError) in
            try write(arguments.0, arguments.1, arguments.2, arguments.3, to: &writer)
        }
    }
}
