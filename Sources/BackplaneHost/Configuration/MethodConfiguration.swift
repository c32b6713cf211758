// SPDX-License-Identifier: Apache-2.0

/// What one method does differently from the other methods of its service.
///
/// It is complete: what a configuration file leaves out here is filled in from the service.
public struct MethodConfiguration: Sendable, Hashable {
    /// The default deadline of a call; nil for none.
    public var timeout: Duration?

    /// How often a call is tried again.
    public var retries: RetryConfiguration

    /// Makes the settings of one method.
    public init(timeout: Duration?, retries: RetryConfiguration = RetryConfiguration()) {
        self.timeout = timeout
        self.retries = retries
    }
}
