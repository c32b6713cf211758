// SPDX-License-Identifier: Apache-2.0

/// The host as a service: `host.status` and the like are ordinary calls.
final class HostReceiver: CallReceiver {
    let name = HostService.name
    private weak let host: Host?

    init(_ host: Host) {
        self.host = host
    }

    func timeout(of method: String) -> Duration? { .seconds(120) }
    func retries(of method: String) -> RetryConfiguration? { nil }

    func submit(_ call: Call, entry: CallEntry) {
        call.refuse(CallError(.notFound, "the host has no method '\(call.method)'"))
    }
}
