// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc
import Synchronization

/// Methods that build, read and keep large bytes.
extension Probe {
    func shared(_ bytes: Bytes) -> Bytes { bytes }

    /// Reads no more than the first bytes.
    func header(_ bytes: Bytes) -> [Int] { [bytes.count] + bytes.prefix(4).map(Int.init) }

    /// The number of the first byte that is not what `build` makes, or -1.
    func difference(_ bytes: Bytes) -> Int {
        bytes.withSpan { span in
            for index in span.indices where span[index] != Self.pattern(index) { return index }
            return -1
        }
    }

    /// What the memory is called that bytes lie in; empty for memory of the process alone.
    func place(_ bytes: Bytes) throws -> String { try Self.place(of: bytes) }

    /// The same for bytes within a value.
    func placeWithin(_ parcel: Parcel) throws -> String { try Self.place(of: parcel.content) }

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

    /// Builds what it never gives, and keeps it.
    func holdBuilt(_ count: Int) throws -> Int { hold(try build(count)) }

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
        let descriptor = unsafe open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ProbeError(message: "there is no list of maps") }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(descriptor, &part, part.count)
            guard count > 0 else { break }
            text += part.prefix(count)
        }
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 5)
            let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, ends[0] <= address, address < ends[1] else { continue }
            let name = words.count > 5 ? words[5].drop { $0 == " " } : ""
            return name.hasPrefix("/memfd:") ? String(name.dropFirst(7).prefix { $0 != " " }) : ""
        }
        throw ProbeError(message: "the bytes lie nowhere")
    }
}

/// Bytes among other things.
struct Parcel: Codable, Sendable {
    var name: String
    var content: Bytes
}
