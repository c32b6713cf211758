// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import BackplaneImage
import BackplaneJSON
import BackplanePayload
import Glibc

/// The part of `inspect FILE.so` that may die: opens the plugin and writes what it says of itself to
/// descriptor 3.
struct DescribeVerb: ParsableCommand {
    /// What is written: one of the two.
    struct Answer: Codable {
        var plugin: PluginReport?
        var error: String?
    }

    static let configuration = CommandConfiguration(
        commandName: "_describe", abstract: "Opens a plugin for inspect.", shouldDisplay: false)

    /// Where the answer goes.
    static let descriptor: Int32 = 3

    @Argument var path: String

    func run() throws {
        let answer: Answer
        do throws(ImageError) {
            answer = Answer(plugin: PluginReport(try PluginImage.open(path: path).description))
        } catch {
            answer = Answer(error: error.message)
        }
        Terminal(descriptor: Self.descriptor).write(try JSON.text(from: try CBOR.encode(answer)))
        // Nothing of the plugin runs any more.
        _exit(0)
    }
}
