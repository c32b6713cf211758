// SPDX-License-Identifier: Apache-2.0

import Backplane
import CBackplane
import Testing

struct DescriptorTests {
    @Test func `the descriptor says what the manifest does`() throws {
        let plugin = try #require(DescriptorReader(Sampler.self))
        #expect(plugin.magic == BACKPLANE_MAGIC)
        #expect(plugin.abiMajor == BACKPLANE_ABI_MAJOR)
        #expect(plugin.name == "sampler")
        #expect(plugin.version == "1.2.3")
        #expect(plugin.summary == "A sample.")
        #expect(plugin.compiler.hasPrefix("swift 6."))
        #expect(plugin.target.hasSuffix("-linux"))
        #expect(plugin.hasFunctions)
        #expect(!plugin.hasState)
        #expect(plugin.methods.count == 12)
        #expect(
            plugin.methods.first
                == DescriptorReader.Method(
                    name: "join", summary: "Joins texts.",
                    flags: UInt32(BACKPLANE_METHOD_IDEMPOTENT), parameters: ["left", "right"],
                    types: ["String", "String"], result: "String"))
        #expect(plugin.methods[3].flags == UInt32(BACKPLANE_METHOD_ASYNC))
    }

    @Test(arguments: [
        (1, ["String", "Int?"], "String"), (2, [], "Void"), (6, ["[Double]"], "Double"),
        (7, ["Entry"], "Entry"), (11, [], "[String]"),
    ])
    func `types are named as they are written`(
        index: Int, parameters: [String], result: String
    ) throws {
        let plugin = try #require(DescriptorReader(Sampler.self))
        #expect(plugin.methods[index].types == parameters)
        #expect(plugin.methods[index].result == result)
    }

    @Test func `a plugin with state says so`() throws {
        let plugin = try #require(DescriptorReader(Counter.self))
        #expect(plugin.hasState)
        #expect(plugin.flags == UInt32(BACKPLANE_PLUGIN_STATE))
        #expect(plugin.stateVersions == [2, 1, 2, 1, 2])
        #expect(DescriptorReader(Promising.self)?.stateVersions == [2, 2, 2, 1, 2])
        #expect(DescriptorReader(Sampler.self)?.stateVersions == nil)
    }

    @Test func `extensions are there by name`() throws {
        let plugin = try #require(DescriptorReader(Sampler.self))
        for name in [
            "backplane.functions/1", "backplane.health/1", "backplane.self-test/1",
            "backplane.preload/1",
        ] {
            #expect(plugin.has(name), "\(name)")
        }
        #expect(!plugin.has("backplane.health/2"))
    }

    @Test func `preload runs without an instance, and tells what went wrong`() async throws {
        try await #require(DescriptorReader(Sampler.self)).preload()
        let plugin = try #require(DescriptorReader(Preloading.self))
        let error = await #expect(throws: BackplaneError.self) { try await plugin.preload() }
        #expect(error?.message == "negative(9)")
    }

    @Test func `the entry returns the same descriptor each time`() {
        #expect(address(Sampler.self) == address(Sampler.self))
        #expect(address(Sampler.self) != address(Counter.self))
    }

    private func address<P: Plugin>(_ type: P.Type) -> UInt {
        UInt(bitPattern: export(type))
    }
}

/// Cannot be preloaded.
private final class Preloading: Plugin {
    static let manifest = Manifest<Preloading>("preloading", version: "1.0.0") {}

    init(_ comm: Comm) {}

    static func preload() throws { throw SampleError.negative(9) }
}
