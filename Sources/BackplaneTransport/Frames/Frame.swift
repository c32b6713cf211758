// SPDX-License-Identifier: Apache-2.0

/// One thing that a host and a worker say to each other.
///
/// What `number`, `argument` and `code` are, by kind; fields are listed in the order written:
///
/// | kind | number | argument | code | fields | payload |
/// |---|---|---|---|---|---|
/// | open | step | payload limit | – | path | – |
/// | create | step | generation | worker | service, identifier, directory, slot, payload limit, step of `start` to follow at once or 0 | configuration |
/// | start, stop, selfTest | step | – | – | – | – |
/// | save | step | version, 0: its own | – | – | – |
/// | restore | step | – | – | – | state |
/// | invoke | call | deadline | method | – | arguments |
/// | cancel | call | – | – | – | – |
/// | reply | nested call | – | outcome | message, type | value, details |
/// | answer | request | – | outcome | message, type | value, details |
/// | nestedMessage | nested call | – | – | identifier | message |
/// | nestedQuestion | nested call | question | – | identifier | question |
/// | credit | call, 0: service | count | – | – | – |
/// | exit | – | – | – | – | – |
/// | opened | step | – | 0, or error | message, type | description |
/// | outcome | call, step | – | outcome | message, type | value, details |
/// | message | call, 0: service | – | – | – | message |
/// | request | call, 0: service | request | – | timeout | question |
/// | call | nested call | parent, 0: none | flags | target, timeout | arguments |
/// | cancelCall | nested call | – | – | – | – |
/// | acknowledge | nested call | count | – | – | – |
/// | respond | question | – | outcome | message, type | value, details |
/// | log | – | – | level | message | metadata |
/// | failed | – | – | outcome | message, type | details |
/// | provide | – | – | function number | name | – |
public struct Frame: Sendable, Equatable {
    /// What it says.
    public var kind: FrameKind
    /// What it is about.
    public var number: UInt64
    /// A second number.
    public var argument: UInt64
    /// A code, flags, or a small number.
    public var code: UInt32
    /// Words, as `FieldWriter` writes them.
    public var fields: [UInt8]
    /// The payload; empty means nothing.
    public var payload: Payload

    /// Makes a frame.
    public init(
        _ kind: FrameKind, number: UInt64 = 0, argument: UInt64 = 0, code: UInt32 = 0,
        fields: [UInt8] = [], payload: Payload = .empty
    ) {
        self.kind = kind
        self.number = number
        self.argument = argument
        self.code = code
        self.fields = fields
        self.payload = payload
    }
}
