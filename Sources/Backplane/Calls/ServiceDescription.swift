// SPDX-License-Identifier: Apache-2.0

import CBackplane

/// What an instance was told about itself when it was made.
struct ServiceDescription: Sendable {
    let name: String
    let identifier: String
    let directory: String
    let generation: Int
    let worker: Int
    let slot: Slot
    /// The `config` key, encoded; an empty map without it, which decodes as optional settings do.
    let configuration: [UInt8]
}

extension ServiceDescription {
    /// Copies the host's description, which is borrowed.
    init(copying service: UnsafeRawPointer) {
        // SAFETY: the ABI lends the struct and all it points to for the length of `create`.
        name = unsafe String(copying: backplane_service_name(service))
        identifier = unsafe String(copying: backplane_service_identifier(service))
        directory = unsafe String(copying: backplane_service_directory(service))
        generation = unsafe Int(backplane_service_generation(service))
        worker = unsafe Int(backplane_service_worker(service))
        slot = unsafe Slot(number: backplane_service_slot(service))
        let configuration = unsafe [UInt8](
            copying: backplane_service_configuration(service),
            count: backplane_service_configuration_size(service))
        let isMissing = configuration.isEmpty || configuration == Wire.null
        self.configuration = isMissing ? Wire.emptyMap : configuration
    }
}
