// SPDX-License-Identifier: Apache-2.0

public import BackplaneEmbedding

/// The sections of the page about large payloads, each as code that runs.
public enum LargePayloads {
    /// A program with the plugin of the page.
    public static func services() async throws -> ServiceManager {
        let manager = ServiceManager(slot: .async)
        try await manager.register("imager", as: Imager.self)
        try await manager.start()
        return manager
    }

    /// Builds bytes for a service, and passes them.
    public static func passing(_ manager: ServiceManager) async throws -> Int {
        // snippet: passing
        let size = 64 << 20
        let pixels = try await manager.withPayloadBuffer(for: "imager", capacity: size) { output in
            for _ in 0..<size { output.append(7) }
        }
        let brightness: Int = try await manager.call("imager", "brightness", pixels)
        // end
        return brightness
    }

    /// Takes bytes that the service has built.
    public static func taking(_ manager: ServiceManager) async throws -> Bytes {
        // snippet: taking
        let gray: Bytes = try await manager.call("imager", "gray", 128 as UInt8, 1 << 20)
        // end
        return gray
    }

    /// Sends what looks like bytes, and numbers.
    public static func others(_ manager: ServiceManager) async throws -> (Int, Double) {
        let array = [UInt8](repeating: 9, count: 1 << 20)
        let values = [Double](repeating: 0.5, count: 1 << 17)
        let sum: Int = try await manager.call("imager", "brightness", array)
        let mean: Double = try await manager.call("imager", "mean", values)
        return (sum, mean)
    }
}
