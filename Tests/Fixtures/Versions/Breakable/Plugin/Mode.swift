// SPDX-License-Identifier: Apache-2.0

/// In which way this build is broken.
///
/// As with versions, tests replace the texts in the built file.
public enum Mode: String, Sendable {
    /// Nothing is wrong with it.
    case good
    /// `init` throws.
    case initThrows = "init-throws"
    /// `init` dies of a signal.
    case initCrashes = "init-crashes"
    /// `init` never ends.
    case initHangs = "init-hangs"
    /// `selfTest` throws.
    case selfTestThrows = "self-test-throws"
    /// `selfTest` dies of a signal.
    case selfTestCrashes = "self-test-crashes"
    /// The first `answer` dies of a signal.
    case callCrashes = "call-crashes"
    /// Every `answer` throws.
    case callThrows = "call-throws"
    /// It reads states of version 9 alone.
    case readsNewer = "reads-newer"
    /// It saves states of version 9, and reads those of versions 1 to 9.
    case savesNewer = "saves-newer"
    /// `restore` throws.
    case restoreThrows = "restore-throws"
    /// `init` listens on the port of the configuration.
    case initListens = "init-listens"

    static let current: Mode = {
        // Past the name of the text, and without what fills it up.
        let name = text().dropFirst(15).prefix { $0 != "." }
        return Mode(rawValue: String(name)) ?? .good
    }()

    /// Whether the plugin has a state.
    public static var keepsState: Bool { state().hasSuffix("yes") }

    @inline(never)
    private static func text() -> String { "BREAKABLE-MODE-good...................." }

    @inline(never)
    private static func state() -> String { "BREAKABLE-KEEPS-STATE-no." }
}
