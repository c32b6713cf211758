// SPDX-License-Identifier: Apache-2.0

/// The probe's configuration: how each step of its life behaves, and what it provides.
struct ProbeSettings: Decodable {
    var `init`: Behaviour?
    var start: Behaviour?
    var run: Behaviour?
    var stop: Behaviour?
    var save: Behaviour?
    var restore: Behaviour?
    var selfTest: Behaviour?
    /// What `health()` calls itself: `healthy`, `degraded` or `unhealthy`.
    var health: String?
    /// Provides `NAME_sum(a, b)`, `NAME_sum_async(a, b)`, `NAME_address(values)` and
    /// `NAME_text_address(text)`.
    var provides: String?
    /// Calls this target in `init`, as a plugin with a dependency would.
    var callsInInit: String?
}
