// SPDX-License-Identifier: Apache-2.0

/// What a rehearsal has a plugin do, by the name that plugin authors know.
enum RehearsalStep: String, Sendable, CaseIterable {
    /// The library is opened, its static initialisers run, its descriptor is read.
    case open
    /// An instance is made.
    case create = "init"
    /// The instance checks itself.
    case selfTest
    /// The instance takes up the state of the running generation.
    case restore
}
