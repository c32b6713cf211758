// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc
import Synchronization

/// Methods that build, read and keep large bytes.
extension Probe {
    func shared(_ bytes: Bytes) -> Bytes { bytes }

    /// Reads no more than the first four bytes, which are to be there.
    func header(_ bytes: Bytes) -> [Int] {
        bytes.withSpan { span in
            [span.count, Int(span[0]), Int(span[1]), Int(span[2]), Int(span[3])]
        }
    }

    /// The number of the first byte that is not what `build` makes, or -1.
    func difference(_ bytes: Bytes) -> Int {
        bytes.withSpan { span in
            for index in span.indices where span[index] != Self.pattern(index) { return index }
            return -1
        }
    }

    /// What the memory is called that bytes lie in; empty for memory of the process alone.
    func place(_ bytes: Bytes) throws -> String { try Self.place(of: bytes) }

    /// Keeps bytes beyond the call; says how many pieces there are.
    func hold(_ bytes: Bytes) -> Int {
        held.withLock { held in
            held.append(bytes)
            return held.count
        }
    }

    /// The first differences of what is kept, which is let go.
    func letGo() -> [Int] {
        let all = held.withLock { held in
            defer { held = [] }
            return held
        }
        return all.map(difference)
    }

    func build(_ count: Int) throws -> Bytes {
        try comm.withPayloadBuffer(capacity: count) { Self.fill(&$0, count) }
    }

    func buildAsync(_ count: Int) async throws -> Bytes {
        await Task.yield()
        return try await comm.withPayloadBuffer(capacity: count) { Self.fill(&$0, count) }
    }

    /// Says who has got the bytes.
    func reader(_ bytes: Bytes) -> String { comm.identifier }

    /// Gives as many bytes of its own, built the first time.
    func exchange(_ bytes: Bytes) throws -> Bytes {
        if let own = held.withLock({ $0.last }), own.count == bytes.count { return own }
        let own = try build(bytes.count)
        held.withLock { $0 = [own] }
        return own
    }

    /// Where bytes lie that were built here.
    func placeOfBuilt(_ count: Int) throws -> String { try Self.place(of: build(count)) }

    func sendBuilt(_ messages: Int, _ count: Int) async throws -> Int {
        for _ in 0..<messages { try await comm.send(buildAsync(count)) }
        return messages
    }

    /// Asks with bytes; says what comes back as `difference` does.
    func askBuilt(_ count: Int) async throws -> Int {
        let answer: Bytes = try await comm.request(build(count))
        return answer.count == count ? difference(answer) : count
    }

    /// Calls a method with bytes that were built for its service.
    func passBuilt(_ service: String, _ method: String, _ count: Int) async throws -> Value {
        let bytes = try await comm.withPayloadBuffer(capacity: count, for: service) {
            Self.fill(&$0, count)
        }
        return try await comm.call(service, method, bytes)
    }

    /// The most memory that the process has had, in KiB.
    func peak(_ values: [Double]) -> Int {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    private static func pattern(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: index &* 31) }

    private static func fill(_ output: inout OutputSpan<UInt8>, _ count: Int) {
        for index in 0..<count { output.append(pattern(index)) }
    }

    private static func place(of bytes: Bytes) throws -> String {
        let address = unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        guard let maps = unsafe fopen("/proc/self/maps", "re") else {
            throw ProbeError(message: "there is no list of maps")
        }
        defer { unsafe fclose(maps) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { unsafe free(line) }
        while unsafe getline(&line, &capacity, maps) > 0, let text = unsafe line {
            // Two addresses in base 16, a sign between them; the name comes last.
            var rest: UnsafeMutablePointer<CChar>?
            let start = unsafe strtoul(text, &rest, 16)
            guard let sign = unsafe rest else { continue }
            let end = unsafe strtoul(sign + 1, nil, 16)
            guard start <= address, address < end else { continue }
            guard let name = unsafe strstr(text, "/memfd:") else { return "" }
            unsafe strchr(name, 32)?.pointee = 0
            return unsafe String(cString: name + 7)
        }
        throw ProbeError(message: "the bytes lie nowhere")
    }
}
