// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneImage

/// Which descriptors a host goes on with.
struct ABICheckTests {
    private static let host = ABIVersion(major: 3, minor: 5)
    private let check = ABICheck(
        host: host, magic: 0x1234, minimumSize: 100, target: "x86_64-linux")

    private func verdict(
        _ major: UInt16 = 3, _ minor: UInt16 = 5, magic: UInt32 = 0x1234, size: UInt32 = 100
    ) -> ImageError? {
        let facts = ABICheck.Facts(
            structSize: size, magic: magic, abi: ABIVersion(major: major, minor: minor),
            compiler: "", target: "")
        do throws(ImageError) {
            try check.check(head: facts, path: "/plugin.so")
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            (3, 5, true), (3, 4, true), (3, 0, true), (3, 6, true), (3, 7, false), (3, .max, false),
            (4, 5, false), (4, 0, false), (2, 5, false), (2, 6, false), (0, 0, false),
            (.max, .max, false),
        ] as [(UInt16, UInt16, Bool)])
    func `older minors and one newer are accepted, nothing else is`(
        _ major: UInt16, _ minor: UInt16, _ isAccepted: Bool
    ) {
        let error = verdict(major, minor)
        #expect((error == nil) == isAccepted)
        guard let error else { return }
        #expect(error.code == .incompatible)
        #expect(error.message.contains("/plugin.so"))
        #expect(error.message.contains("ABI \(major).\(minor)"))
        #expect(error.message.contains("3.5"))
        let isOlder = major < 3
        #expect(
            error.message.hasSuffix(
                isOlder ? "rebuild the plugin against this host's SDK" : "update the host"))
    }

    @Test func `a host of the highest minor takes the same`() {
        let last = ABIVersion(major: 1, minor: .max)
        #expect(last.accepts(last))
        #expect(!last.accepts(ABIVersion(major: 2, minor: 0)))
    }

    @Test(arguments: [0, 0x1235, .max] as [UInt32])
    func `what has another magic number is no descriptor, whatever else it says`(_ magic: UInt32) {
        #expect(verdict(magic: magic)?.code == .malformed)
        #expect(verdict(9, 9, magic: magic, size: 0)?.code == .malformed)
    }

    @Test(
        arguments: [(0, false), (99, false), (100, true), (101, true), (.max, true)]
            as [(UInt32, Bool)])
    func `a descriptor is at least as long as the first of its major`(
        _ size: UInt32, _ isAccepted: Bool
    ) {
        let error = verdict(size: size)
        #expect((error == nil) == isAccepted)
        if let error { #expect(error.code == .malformed) }
    }

    @Test(arguments: [("", true), ("x86_64-linux", true), ("aarch64-linux", false)])
    func `a plugin for another platform is refused`(_ target: String, _ isAccepted: Bool) {
        let facts = ABICheck.Facts(
            structSize: 100, magic: 0x1234, abi: Self.host, compiler: "", target: target)
        do throws(ImageError) {
            try check.check(origin: facts, path: "/plugin.so")
            #expect(isAccepted)
        } catch {
            #expect(!isAccepted)
            #expect(error.code == .incompatible)
            #expect(error.message.contains(target))
        }
    }
}
