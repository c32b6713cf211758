// SPDX-License-Identifier: Apache-2.0

/// What every part of an instance's line to its host shares.
final class InstanceCore: Sendable {
    let host: HostTable
    let service: ServiceDescription
    let executor: SlotExecutor
    let calls = RunningCalls()
    let provided: ProvidedFunctions
    /// Keeps and gives large memory, where the host can.
    let buffers: HostBuffers?

    init(host: HostTable, service: ServiceDescription) {
        self.host = host
        self.service = service
        buffers = HostBuffers(of: host)
        executor = SlotExecutor(host: host)
        provided = ProvidedFunctions(host: host)
    }

    /// The call of the code that runs now, when it is one of this instance.
    var activeCall: RunningCall? {
        guard let call = RunningCall.active, call.belongs(to: self) else { return nil }
        return call
    }
}
