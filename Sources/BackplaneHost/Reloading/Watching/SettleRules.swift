// SPDX-License-Identifier: Apache-2.0

/// How long a file has to be left alone before what lies there counts.
struct SettleRules: Sendable {
    /// For a file whose writer is not known to have finished.
    var quiet: Duration
    /// What `quiet` grows to at most, when the writer is seen to make pauses.
    var longestQuiet: Duration = .seconds(2)
    /// For a file that somebody still has open for writing.
    ///
    /// Its headers may be whole although half of it is of the last build: `scp`, `rsync --inplace`.
    var openQuiet: Duration = .seconds(1)
    /// For a file that is incomplete or can't be read, before that is reported.
    var refusal: Duration = .seconds(1)
    /// For a file that is gone.
    ///
    /// Some linkers remove the last build first and write the new one afterwards.
    var absence: Duration = .milliseconds(500)
    /// The longest time between two looks at a file that is being waited for.
    var look: Duration = .milliseconds(50)
    /// The first of the growing times between two looks for a writer that has just closed the file.
    var firstLook: Duration = .milliseconds(1)

    /// For shared objects.
    static let image = SettleRules(quiet: .milliseconds(100))
    /// For all other files.
    static let text = SettleRules(quiet: .milliseconds(50))
}
