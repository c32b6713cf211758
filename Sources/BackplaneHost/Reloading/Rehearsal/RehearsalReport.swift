// SPDX-License-Identifier: Apache-2.0

package import BackplaneImage

/// What a rehearsal that refused nothing has found out.
package struct RehearsalReport: Sendable, Hashable {
    /// What the plugin says of itself.
    package var description: PluginDescription
    /// Whether all steps went well.
    ///
    /// `false` when one failed after the instance had asked for something that a rehearsal refuses:
    /// it may well do without a rehearsal.
    package var isConclusive: Bool
    /// What people should know of it.
    package var remark: String?
}
