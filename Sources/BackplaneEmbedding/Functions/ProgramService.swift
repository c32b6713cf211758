// SPDX-License-Identifier: Apache-2.0

/// The embedding program as a service of its own host: who provides its functions to the plugins, and
/// who calls theirs.
final class ProgramService: Plugin {
    /// The name of the service.
    static let name = "program"

    static let manifest = Manifest<ProgramService>(
        name, version: "1", summary: "The embedding program and its functions."
    ) {}

    /// Publishes the functions, those that come later too.
    init(_ functions: ProgramFunctions, _ comm: Comm) throws {
        try functions.open(comm)
    }

    init(_ comm: Comm) throws {
        throw BackplaneError(.internal, "the program's service was made without the program")
    }
}
