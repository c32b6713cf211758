// SPDX-License-Identifier: Apache-2.0

import EmbeddingGuide

/// Runs every section of the page about embedding: `swift run embedding-example`.
@main
struct Main {
    static func main() async throws {
        print("Quick start")
        _ = try await Guide.quickStart()
        print("Mixed mode:", try await Guide.mixedMode())
        print("Partial functions:", try await Guide.partialFunctions())
        print("Function handles:", try await Guide.functionHandles() ?? "not direct")
        print("Configuration:", try await Guide.configuration())
        print("Registration:", try await Guide.registration())
        print("Error handling")
        _ = try await Guide.errorHandling()
    }
}
