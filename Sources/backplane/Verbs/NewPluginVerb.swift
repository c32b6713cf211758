// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost
import BackplaneImage

/// `backplane new plugin NAME`: a package that builds, tests and mounts as it is.
struct NewPluginVerb: ParsableCommand {
    /// What it is written in.
    enum Language: String, ExpressibleByArgument, CaseIterable {
        case swift
        case c
    }

    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "Makes a package that builds, tests and mounts as it is.")

    @Argument(help: "The plugin's name; a folder of that name is made here.")
    var name: String

    @Option(help: "What the plugin is written in.")
    var language = Language.swift

    @Option(
        help: """
            Where Backplane is: a checkout's path or a repository's URL; else the checkout that this \
            program was built in.
            """)
    var backplane: String?

    func run() throws {
        let name = try PluginName(name)
        let source = try BackplaneSource(backplane)
        let files =
            switch language {
            case .swift: SwiftPackageTemplate(name: name, backplane: source).files
            case .c: CPackageTemplate(name: name, header: try header(of: source)).files
            }
        try NewFolder(path: name.folder, files: files).make()
        let build = language == .swift ? "swift build" : "make"
        Terminal.output.say(
            "made \(name.folder); next: cd \(name.folder) && \(build) && backplane run")
    }

    private func header(of source: BackplaneSource) throws(CommandFailure) -> String {
        guard case .path(let checkout) = source else {
            throw .usage(
                "a plugin in C copies its header from a checkout: give its path with --backplane")
        }
        do {
            let bytes = try FileReader.read("\(checkout)/\(BackplaneSource.header)")
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw CommandFailure("error: \(error)")
        }
    }
}
