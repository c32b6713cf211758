// SPDX-License-Identifier: Apache-2.0

/// The methods of the service `host`: what a host tells about itself, and what it is told to do.
///
/// They are called like any other, over the control socket or by a service that may. Results are maps
/// that begin with `version`; within a version members are only added.
///
/// | method | takes | gives |
/// |---|---|---|
/// | `host.version` | | `HostVersion` |
/// | `host.status` | `services` (all) | `HostStatus` |
/// | `host.services` | | `ServiceList` |
/// | `host.inspect` | `service` | `ServiceInspection` |
/// | `host.health` | `services` (all) | `HostHealth` |
/// | `host.start`, `.stop`, `.restart` | `services`, `wait` (true) | `ServiceChanges` |
/// | `host.reload` | `services` (all), `dry_run` (false), `force` (false) | `ReloadReport` |
/// | `host.logs` | `services` (all), `lines` (100), `level` (trace), `follow` (false) | messages: `LogEntry`; then `LogEnd` |
/// | `host.events` | `services` (all), `count` (100), `follow` (false) | messages: `HostEventEntry`; then `EventEnd` |
/// | `host.notify` | `target`, `arguments` (none) | `NotifyReceipt` |
///
/// Names of services that there are not end a call with `not-found`. `follow` goes on until the caller
/// cancels. A `wait` that is false gives what is known at once.
package enum HostMethods {
    /// The version of all results.
    package static let version = 1

    /// How many lines `host.logs` gives when nobody says.
    package static let defaultLogLines = 100

    /// How many events `host.events` gives when nobody says.
    package static let defaultEventCount = 100
}
