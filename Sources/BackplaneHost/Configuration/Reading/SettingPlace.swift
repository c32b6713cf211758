// SPDX-License-Identifier: Apache-2.0

/// Which map of a configuration file a setting stands in, in the words of messages.
struct SettingPlace {
    /// Whose map it is, such as `service 'echo'`; empty for the file itself.
    var owner: String

    /// The keys from the owner's map down to this one.
    var path: [String] = []

    static let file = SettingPlace(owner: "")

    static func service(_ name: String) -> SettingPlace {
        SettingPlace(owner: "service \(name.quoted)")
    }

    /// The map that stands under a key of this one.
    func inside(_ key: String) -> SettingPlace { SettingPlace(owner: owner, path: path + [key]) }

    /// A setting of this map: `'retries.delay' of service 'echo'`.
    func setting(_ key: String) -> String {
        let name = (path + [key]).joined(separator: ".").quoted
        return owner.isEmpty ? name : "\(name) of \(owner)"
    }

    /// The map itself: `'retries' of service 'echo'`.
    var whole: String {
        if owner.isEmpty && path.isEmpty { return "the file" }
        if path.isEmpty { return owner }
        let name = path.joined(separator: ".").quoted
        return owner.isEmpty ? name : "\(name) of \(owner)"
    }
}
