// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport

extension Payload {
    /// The same bytes where they lie.
    init(_ bytes: Bytes) {
        switch bytes.place {
        case .array(let bytes): self.init(bytes)
        case .memory(let memory):
            // SAFETY: whoever has the owner keeps the bytes as they are.
            let content = unsafe UnsafeRawBufferPointer(memory.content)
            if let made = memory.owner as? ProgramBuffer {
                self = unsafe made.buffer.payload(content)
            } else {
                self.init(region: unsafe PayloadRegion(content, keeping: memory.owner))
            }
        }
    }
}

extension Bytes {
    /// The same bytes where they lie.
    init(_ payload: Payload) {
        guard payload.count > Payload.copiedSize, let region = payload.region else {
            self.init(payload.bytes)
            return
        }
        self.init(
            .memory(
                unsafe payload.withBytes {
                    unsafe BytesMemory($0.bindMemory(to: UInt8.self), owner: region)
                }))
    }
}
