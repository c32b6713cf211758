// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

@testable import BackplaneTransport

struct FrameRecordTests {
    typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

    private static let pool = 1 << 20
    private static let limits = FrameLimits(payload: 4 << 20)
    private static let ring: UInt64 = 4096

    private static func read(
        _ words: Words, available: UInt64 = ring, toEnd: UInt64 = ring / 2
    ) throws(TransportError) -> FrameRecord {
        try FrameRecord(
            words: words, available: available, toEnd: toEnd, limits: limits, poolBytes: pool)
    }

    /// What is said against some words; nothing when they are taken.
    private static func complaint(
        _ words: Words, available: UInt64 = ring, toEnd: UInt64 = ring / 2
    ) -> String? {
        do throws(TransportError) {
            _ = try read(words, available: available, toEnd: toEnd)
            return nil
        } catch {
            #expect(error.code == .malformed)
            return error.message
        }
    }

    /// One of each form, with something in every field.
    private static let samples: [FrameRecord] = [
        FrameRecord(
            kind: 65, form: .inline, lease: 7, code: .max, number: .max, argument: 1 << 63,
            fieldCount: 12, generation: 5, payloadCount: FrameRecord.inlineLimit, offset: 9),
        FrameRecord(
            kind: 3, form: .lent, lease: UInt16(RegionLayout.leases - 1), code: 1, number: 2,
            argument: 3, fieldCount: FrameLimits.fields, generation: .max,
            payloadCount: pool - 4096, offset: 4096),
        FrameRecord(kind: 66, form: .chunked, number: 1, payloadCount: limits.payload),
        FrameRecord(kind: 0, form: .chunk, payloadCount: FrameRecord.chunkLimit),
        FrameRecord(kind: 0, form: .filler),
    ]

    @Test(arguments: samples)
    func `what is written is read`(_ record: FrameRecord) throws {
        #expect(try Self.read(record.words) == record)
        #expect(MemoryLayout<Words>.size == FrameRecord.size)
    }

    @Test func `a form that there is not`() {
        for form in 6...255 as ClosedRange<UInt64> {
            #expect(
                Self.complaint((65 | form << 8, 0, 0, 0, 0, 0))
                    == "a frame's payload is in no place that there is")
        }
    }

    @Test func `more fields than allowed`() {
        let most = UInt64(FrameLimits.fields)
        #expect(Self.complaint((65, 0, 0, most, 0, 0)) == nil)
        for count in [most + 1, 1 << 31, 0xffff_ffff] {
            #expect(
                Self.complaint((65, 0, 0, count, 0, 0)) == "a frame claims \(count) bytes of fields"
            )
        }
    }

    @Test(arguments: [
        (FrameRecord.Form.inline, FrameRecord.inlineLimit),
        (.chunk, FrameRecord.chunkLimit), (.chunked, 4 << 20), (.filler, 0),
    ])
    func `a larger payload than its place holds`(_ form: FrameRecord.Form, _ most: Int) {
        let first = 65 | UInt64(form.rawValue) << 8
        #expect(Self.complaint((first, 0, 0, 0, UInt64(most), 0)) == nil)
        for count in [UInt64(most) + 1, 1 << 32, 1 << 63, .max] {
            #expect(
                Self.complaint((first, 0, 0, 0, count, 0))
                    == "a frame claims a payload of \(count) bytes; \(most) are allowed there")
        }
    }

    @Test func `a buffer beyond the pool`() {
        let pool = UInt64(Self.pool)
        let first = 65 | UInt64(FrameRecord.Form.lent.rawValue) << 8
        let fitting: [(count: UInt64, offset: UInt64)] = [(0, pool), (pool, 0), (1, pool - 1)]
        for (count, offset) in fitting {
            #expect(Self.complaint((first, 0, 0, 0, count, offset)) == nil)
        }
        let outside: [(count: UInt64, offset: UInt64)] = [
            (1, pool), (0, pool + 1), (pool, 1), (2, pool - 1), (16, 0 &- 16), (1, .max), (0, .max),
        ]
        for (count, offset) in outside {
            #expect(
                Self.complaint((first, 0, 0, 0, count, offset))
                    == "a frame names a buffer that there is not")
        }
    }

    @Test func `an index of no buffer`() {
        let first = 65 | UInt64(FrameRecord.Form.lent.rawValue) << 8
        for index in [UInt64(RegionLayout.leases), 0xffff] {
            #expect(
                Self.complaint((first | index << 16, 0, 0, 0, 8, 0))
                    == "a frame names a buffer that there is not")
        }
    }

    @Test(arguments: samples)
    func `more lines than were published, or than there are to the end`(_ record: FrameRecord) {
        guard record.form != .filler else { return }
        let needed = UInt64(record.lines)
        #expect(Self.complaint(record.words, available: needed, toEnd: needed) == nil)
        let words = "a frame is longer than what was published"
        #expect(Self.complaint(record.words, available: needed - 1, toEnd: needed) == words)
        #expect(Self.complaint(record.words, available: needed, toEnd: needed - 1) == words)
    }

    @Test func `lines that nobody reads, and nothing after them`() {
        let filler = FrameRecord(kind: 0, form: .filler).words
        #expect(Self.complaint(filler, available: 9, toEnd: 8) == nil)
        for available in [1, 7, 8] as [UInt64] {
            #expect(
                Self.complaint(filler, available: available, toEnd: 8)
                    == "nothing follows lines that nobody reads")
        }
    }

    /// Half of them nearly right, so that they get far.
    @Test func `random words are taken only when all is within bounds`() {
        var random = SeededGenerator(seed: 5)
        var taken: [FrameRecord.Form: Int] = [:]
        for round in 0..<1_000_000 {
            var words: Words = (
                random.next(), random.next(), random.next(), random.next(), random.next(),
                random.next()
            )
            if round % 2 == 0 {
                words.0 = words.0 & ~0xff00 | UInt64.random(in: 0...6, using: &random) << 8
                words.0 &= ~(0xfc00 << 16)
                words.3 = words.3 & ~0xffff_ffff | words.3 & 0x1_ffff
                words.4 &= 0x7f_ffff >> UInt64.random(in: 0...24, using: &random)
                words.5 &= 0x1f_ffff
            }
            let toEnd = UInt64.random(in: 1...Self.ring, using: &random)
            let available = UInt64.random(in: 1...Self.ring, using: &random)
            guard
                let record = try? Self.read(words, available: available, toEnd: toEnd)
            else { continue }
            taken[record.form, default: 0] += 1
            let lines = record.form == .filler ? Int(toEnd) : record.lines
            var isSound =
                lines >= 1 && lines <= min(available, toEnd)
                && (0...FrameLimits.fields).contains(record.fieldCount)
            switch record.form {
            case .inline, .chunk:
                let bytes = FrameRecord.size + record.fieldCount + record.payloadCount
                isSound = isSound && bytes <= lines * RegionLayout.line
            case .lent:
                isSound =
                    isSound && Int(record.lease) < RegionLayout.leases
                    && Int(record.offset) + record.payloadCount <= Self.pool
            case .chunked: isSound = isSound && record.payloadCount <= Self.limits.payload
            case .returned:
                isSound =
                    isSound && Int(record.lease) < RegionLayout.leases
                    && record.payloadCount <= Self.limits.payload
            case .filler: isSound = isSound && record.payloadCount == 0
            }
            if !isSound { Issue.record("\(words) was taken as \(record)") }
        }
        // It has got that far with every form.
        for form in 0...5 as ClosedRange<UInt8> {
            #expect(FrameRecord.Form(rawValue: form).flatMap { taken[$0] } ?? 0 > 1000)
        }
    }
}
