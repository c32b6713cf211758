// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Where a new package takes Backplane from.
enum BackplaneSource: Equatable {
    /// The absolute path of a checkout.
    case path(String)
    /// The address of a repository.
    case url(String)

    /// Takes a path or an address up; without one, the checkout that this program was built from.
    init(_ given: String?) throws(CommandFailure) {
        guard let given else {
            guard let checkout = WorkerProgram.ownPath.flatMap({ Self.checkout(above: $0) }) else {
                throw .usage(
                    "say where Backplane is with --backplane: a checkout's path or a repository's URL"
                )
            }
            self = .path(checkout)
            return
        }
        if given.contains("://") || given.hasPrefix("git@") {
            self = .url(given)
            return
        }
        // SAFETY: realpath gives memory of malloc's, which is ours to free.
        guard let resolved = unsafe realpath(given, nil) else {
            throw .usage("--backplane: there is no folder \(given)")
        }
        let path = unsafe String(cString: resolved)
        unsafe free(resolved)
        guard Self.isCheckout(path) else {
            throw .usage("--backplane: \(given) is no checkout of Backplane")
        }
        self = .path(path)
    }

    /// The dependency as a manifest writes it.
    var dependency: String {
        switch self {
        case .path(let path): ".package(name: \"backplane\", path: \(Self.quoted(path)))"
        case .url(let url): ".package(url: \(Self.quoted(url)), branch: \"main\")"
        }
    }

    /// The name that products of the package go by in a manifest.
    var packageName: String {
        guard case .url(let url) = self else { return "backplane" }
        let last = url.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? ""
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    /// The header of the plugin ABI.
    static let header = "Sources/CBackplane/include/backplane/plugin.h"

    private static func isCheckout(_ path: String) -> Bool {
        unsafe access("\(path)/Package.swift", R_OK) == 0 && access("\(path)/\(header)", R_OK) == 0
    }

    private static func checkout(above path: String) -> String? {
        var folder = path[...]
        while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
            folder = folder[..<slash]
            if isCheckout(String(folder)) { return String(folder) }
        }
        return nil
    }

    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for character in text {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return "\"\(quoted)\""
    }
}
