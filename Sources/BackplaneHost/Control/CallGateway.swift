// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// What the control socket needs of a host: calls, started from outside of any service.
protocol CallGateway: Sendable {
    /// Starts a call and tells `audience` how it goes on.
    ///
    /// Returns soon: the plugin's code runs on other threads. The audience may hear of the end before
    /// this returns. What is wrong with the call (an unknown service, say) is its outcome.
    ///
    /// - Parameter target: `service.method`, not checked yet.
    func start(
        _ target: String, arguments: Payload, options: CallOptions, audience: any CallAudience
    ) -> any RunningCall
}
