// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

extension InstanceContext {
    /// Gives memory that a payload of the instance is built in; blocks until there is room.
    ///
    /// - Parameters:
    ///   - service: Whom it is to be sent to by a call; nothing for anybody.
    ///   - call: The running call that it is for; with its end the wait ends.
    /// - Returns: Nothing when there is no room now, and it may not wait.
    func buffer(
        _ size: Int, for service: String?, of call: Call?, by deadline: Instant, mayWait: Bool
    ) throws(CallError) -> PayloadBuffer? {
        guard let router else {
            throw CallError(.unavailable, "'\(self.service.name)' has been stopped")
        }
        if let service {
            let target = CallTarget(service: service, method: "")
            guard permits(target, in: router) else {
                throw .permissionDenied(self.service.name, calling: service)
            }
        }
        return try router.blockingBuffer(
            size, for: service, of: call, by: deadline, mayWait: mayWait)
    }
}
