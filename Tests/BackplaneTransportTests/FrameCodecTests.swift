// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneTransport

struct FrameCodecTests {
    static let samples: [Frame] = FrameKind.allCases.enumerated().map { index, kind in
        var fields = FieldWriter()
        fields.append("wörds")
        fields.append(UInt64(index))
        return Frame(
            kind, number: .max - UInt64(index), argument: 1 << 40, code: 0x8000_0001,
            fields: fields.bytes, payload: Payload(Array(repeating: UInt8(index), count: index)))
    }

    @Test(arguments: samples)
    func `a frame survives the way as bytes`(_ frame: Frame) throws {
        #expect(try Self.assemble(Self.bytes([frame])) == [frame])
    }

    @Test(arguments: [1, 7, 39, 40, 41, 1000])
    func `the pieces that bytes arrive in do not matter`(_ size: Int) throws {
        let large = Frame(
            .message, number: 5,
            payload: Payload(Array(repeating: 7, count: FrameAssembler.largePayload + 5)))
        let frames = Self.samples + [large] + Self.samples
        let bytes = Self.bytes(frames)
        #expect(try Self.assemble(bytes, pieces: max(size, bytes.count / 10_000)) == frames)
    }

    @Test func `a header names its faults`() throws {
        let good = Self.bytes([Frame(.message, number: 1)])
        func error(_ change: (inout [UInt8]) -> Void) -> TransportError? {
            var bytes = good
            change(&bytes)
            do throws(TransportError) {
                _ = try Self.assemble(bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(error { _ in } == nil)
        #expect(error { $0[0] = 200 }?.code == .malformed)
        #expect(error { $0[0] = 0 }?.code == .malformed)
        #expect(error { $0[2] = 1 }?.code == .malformed)
        #expect(error { $0[28] = 1 }?.code == .malformed)
        #expect(error { $0[27] = 0xff }?.message.contains("fields") == true)
        #expect(error { $0[39] = 0xff }?.message.contains("payload") == true)
        // 1 GiB and one byte.
        #expect(
            error {
                $0[35] = 0x40; $0[32] = 1
            }?.message.contains("1073741824") == true)
    }

    @Test func `a claim of a large payload is held to what arrives`() throws {
        var bytes = Self.bytes([Frame(.message, number: 1)])
        bytes[35] = 0x40
        #expect(try Self.assemble(bytes) == [])
    }

    @Test func `random bytes never trap`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = (0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: 0...255) }
            // Mostly plausible headers, or nothing past the kind would be tried.
            if bytes.count > 40, Bool.random(using: &random) {
                bytes[0] = FrameKind.allCases.randomElement()?.rawValue ?? 1
                for index in [1, 2, 3, 26, 27, 28, 29, 30, 31, 34, 35, 36, 37, 38, 39] {
                    bytes[index] = 0
                }
            }
            guard let frames = try? Self.assemble(bytes, pieces: Int.random(in: 1...50)) else {
                continue
            }
            for frame in frames {
                _ = try? frame.outcome()
                var reader = FieldReader(frame.fields)
                while (try? reader.string()) != nil, (try? reader.number()) != nil {}
            }
            _ = try? ForkRequest(packet: bytes)
            _ = try? ForkReport(packet: bytes)
        }
    }

    @Test func `an outcome keeps its words, and cuts those that are too long at a character`()
        throws
    {
        let outcome = FrameOutcome(
            code: 3, message: String(repeating: "é", count: 100_000), type: "Oops",
            payload: Payload([1, 2]))
        let frame = Frame(.outcome, number: 1, outcome: outcome)
        let read = try #require(try Self.assemble(Self.bytes([frame])).first).outcome()
        #expect(read.message == String(repeating: "é", count: FrameLimits.words / 2))
        #expect(read.type == "Oops")
        #expect(read.payload == Payload([1, 2]))
    }

    @Test func `requests and reports of the fork server survive the way as bytes`() throws {
        let request = ForkRequest(
            request: 7, name: "echo/1#1", environment: ["A=1", "B=ü=2", ""],
            limits: WorkerLimits(memoryBytes: 1 << 30, openFiles: 64), isDebuggable: true)
        #expect(try ForkRequest(packet: request.packet()) == request)
        let reports: [ForkReport] = [
            .ready(protocolVersion: 1), .spawned(request: 2, pid: 33),
            .refused(request: 3, message: "no"),
            .exited(
                request: 4,
                WorkerExit(
                    pid: 5, reason: .signaled(9), peakMemoryBytes: 6, cpuMicroseconds: 7)),
            .exited(request: 4, WorkerExit(pid: 5, reason: .exited(1))),
        ]
        for report in reports { #expect(try ForkReport(packet: report.packet()) == report) }
    }

    static func bytes(_ frames: [Frame]) -> [UInt8] {
        var bytes: [UInt8] = []
        for frame in frames {
            FrameHeader(frame).write(to: &bytes)
            bytes += frame.fields + frame.payload.bytes
        }
        return bytes
    }

    static func assemble(
        _ bytes: [UInt8], pieces: Int = .max
    ) throws(TransportError) -> [Frame] {
        var assembler = FrameAssembler(limits: FrameLimits())
        var frames: [Frame] = []
        var offset = 0
        while offset < bytes.count {
            offset += unsafe assembler.fill { place in
                let count = min(pieces, place.count, bytes.count - offset)
                unsafe place.copyBytes(from: bytes[offset..<offset + count])
                return count
            }
            while let frame = try assembler.next() { frames.append(frame) }
        }
        return frames
    }
}
