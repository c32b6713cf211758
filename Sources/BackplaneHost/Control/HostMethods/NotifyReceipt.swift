// SPDX-License-Identifier: Apache-2.0

/// What `host.notify` gives once the call has been started, whatever becomes of it.
package struct NotifyReceipt: Codable, Sendable, Equatable {
    package var version = HostMethods.version
    package var accepted = true
}
