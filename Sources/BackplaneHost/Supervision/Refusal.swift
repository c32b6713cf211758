// SPDX-License-Identifier: Apache-2.0

/// Bytes that were tried and did not do: they are not tried again until they change.
struct Refusal: Sendable {
    let hash: UInt64
    let configuration: ServiceConfiguration
    let error: CallError

    /// Whether the same would come of another try.
    ///
    /// - Parameter cause: Somebody who asks may know that what was missing is there now.
    func covers(
        _ source: PluginSource, _ configuration: ServiceConfiguration, cause: ReloadCause
    ) -> Bool {
        // What takes effect without another generation makes no other one of it.
        guard hash == source.hash, !configuration.needsGeneration(after: self.configuration) else {
            return false
        }
        switch cause {
        case .file, .configuration, .rollback: return true
        case .command, .signal: return error.code == .incompatible
        }
    }
}
