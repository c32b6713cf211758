// SPDX-License-Identifier: Apache-2.0

import Logging

/// Reads the `host` section.
struct HostReader {
    private static let place = SettingPlace(owner: "host")

    let reader: SettingsReader

    /// Fills in what the section says; what cannot be read is reported.
    func read(_ node: YAMLNode, into host: inout HostConfiguration) {
        let keys = ["state", "plugins", "reload", "log", "socket"]
        for entry in reader.fields(node, in: Self.place, keys: keys) {
            let name = Self.place.setting(entry.key)
            switch entry.key {
            case "state":
                if let path = reader.text(entry.value, name, expected: "the path of a folder") {
                    host.stateFolder = reader.absolute(path)
                }
            case "plugins": host.pluginFolders = folders(entry.value, name)
            case "reload": host.reload = reader.bool(entry.value, name) ?? host.reload
            case "log": log(entry.value, into: &host.log)
            default: socket(entry.value, into: &host.socket)
            }
        }
    }

    private func folders(_ node: YAMLNode, _ name: String) -> [String] {
        (reader.list(node, name) ?? []).compactMap { node in
            let text = reader.text(node, "an entry of \(name)", expected: "the path of a folder")
            return text.map(reader.absolute)
        }
    }

    private func log(_ node: YAMLNode, into log: inout LogConfiguration) {
        let place = Self.place.inside("log")
        for entry in reader.fields(node, in: place, keys: ["level", "format"]) {
            if entry.key == "level" {
                log.level =
                    reader.choice(
                        entry.value, entry.key, of: place,
                        names: Logger.Level.allCases.map(\.rawValue),
                        synonyms: ["warn": "warning", "fatal": "critical"],
                        parse: Logger.Level.init(rawValue:)) ?? log.level
            } else {
                log.format =
                    reader.choice(
                        entry.value, entry.key, of: place,
                        names: LogConfiguration.Format.allCases.map(\.rawValue),
                        parse: LogConfiguration.Format.init(rawValue:)) ?? log.format
            }
        }
    }

    private func socket(_ node: YAMLNode, into socket: inout SocketConfiguration) {
        let place = Self.place.inside("socket")
        var groupRange: SourceRange?
        for entry in reader.fields(node, in: place, keys: ["mode", "group"]) {
            let name = place.setting(entry.key)
            if entry.key == "mode" {
                socket.mode = mode(entry.value, name) ?? socket.mode
            } else {
                socket.group = group(entry.value, name)
                groupRange = entry.keyRange
            }
        }
        if let groupRange, socket.group != nil, socket.mode & 0o060 == 0 {
            reader.report(
                "'group' of 'socket' has no effect with mode \"0600\"", at: groupRange,
                help: "add mode: \"0660\"")
        }
    }

    /// Permission bits, written as text: a bare `0600` is the decimal number six hundred to YAML.
    private func mode(_ node: YAMLNode, _ name: String) -> UInt32? {
        reader.read(
            node, name, expected: "\"0600\" or \"0660\"",
            help: { if case .int = $0 { "put it in quotes" } else { nil } },
            convert: { scalar, _ in
                switch scalar {
                case .string("0600"), .string("600"), .string("0o600"), .int(0o600): 0o600
                case .string("0660"), .string("660"), .string("0o660"), .int(0o660): 0o660
                default: nil
                }
            })
    }

    private func group(_ node: YAMLNode, _ name: String) -> String? {
        reader.read(node, name, expected: "the name or number of a group") { scalar, text in
            switch scalar {
            case .string(let name): name.isEmpty || name.utf8.contains(0) ? nil : name
            case .int(let number): number >= 0 && number < UInt32.max ? String(number) : nil
            default: nil
            }
        }
    }
}
