// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

@testable import BackplaneImage

/// Plugins that are opened in this process: sound ones, and ones that are refused in words.
struct PluginImageTests {
    private func refusal(_ name: String) throws -> ImageError? {
        let path = try FixtureBuild.shared.path(name)
        do throws(ImageError) {
            _ = try PluginImage.open(path: path)
            return nil
        } catch {
            #expect(error.message.contains(path))
            return error
        }
    }

    @Test func `a sound plugin is opened and says what it is`() throws {
        let image = try PluginImage.open(path: try FixtureBuild.shared.path("sound"))
        #expect(image.description.name == "sound")
        #expect(image.description.version == "1.0.0")
        #expect(image.description.compiler == "c")
        #expect(image.description.target == DescriptorReader.target)
        #expect(image.description.abi == .current)
        #expect(!image.description.hasState)
        #expect(
            image.description.methods == [
                MethodDescription(
                    name: "answer", summary: "Gives a text that tells the fixture.",
                    resultType: "String", isIdempotent: true)
            ])
    }

    @Test func `a plugin one minor ahead is opened`() throws {
        #expect(try refusal("abi-minor-ahead") == nil)
    }

    @Test(arguments: [
        ("abi-two-minors-ahead", ImageError.Code.incompatible, "update the host"),
        ("abi-major-ahead", .incompatible, "update the host"),
        ("abi-bad-magic", .malformed, "magic number"), ("abi-too-short", .malformed, "64 bytes"),
        ("no-entry", .notAPlugin, "exports no symbol 'backplane_plugin'"),
        ("null-descriptor", .malformed, "returned NULL"),
        ("unresolved", .unresolved, "undefined symbol"),
        ("state-versions", .malformed, "'backplane.state/1' whose versions are no ranges"),
    ])
    func `a broken plugin is refused in words`(
        _ name: String, _ code: ImageError.Code, _ words: String
    ) throws {
        let error = try refusal(name)
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true)
    }

    @Test func `the versions of a state are read`() throws {
        let image = try PluginImage.open(path: try CPlugin.counter.path())
        #expect(image.description.hasState)
        #expect(image.description.state?.version == 2)
        #expect(image.description.state?.reads == 1...3)
        #expect(image.description.state?.writes == 1...2)
    }

    @Test func `a file that is not there is refused`() {
        #expect(throws: ImageError.self) { try PluginImage.open(path: "/nowhere/libNone.so") }
    }

    @Test func `a constructor that crashes takes its process along`() async {
        await #expect(processExitsWith: .failure) {
            let path = try FixtureBuild.shared.path("constructor-crash")
            _ = try PluginImage.open(path: path)
            exit(0)
        }
    }

    @Test func `two plugins that define the same symbols are two plugins`() throws {
        let one = try PluginImage.open(path: try FixtureBuild.shared.path("sound"))
        let other = try PluginImage.open(path: try FixtureBuild.shared.path("bundled-yaml"))
        #expect(one.description.name != other.description.name)
        #expect(unsafe one.descriptor != other.descriptor)
    }
}
