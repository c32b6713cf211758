// SPDX-License-Identifier: Apache-2.0

@testable import BackplaneHost

/// A configuration file that is not on disk.
struct ConfigurationText {
    var text: String
    var environment: [String: String] = [:]
    var files: [String: String] = [:]

    init(_ text: String, environment: [String: String] = [:], files: [String: String] = [:]) {
        self.text = text
        self.environment = environment
        self.files = files
    }

    /// A file with one service named `echo` whose further lines are given.
    static func service(_ lines: String...) -> ConfigurationText {
        let body = (["plugin: Echo"] + lines).map { "    \($0)\n" }.joined()
        return ConfigurationText("version: 1\nservices:\n  echo:\n" + body)
    }

    /// What the file says; its folder is `/app`.
    func host() throws(ConfigurationErrors) -> HostConfiguration {
        try host(Array(text.utf8))
    }

    func host(_ bytes: [UInt8]) throws(ConfigurationErrors) -> HostConfiguration {
        let files = files
        let document = ConfigurationDocument(
            file: "services.yaml", path: "/app/services.yaml",
            variables: Variables(process: environment),
            readFile: { path in
                guard let text = files[path] else {
                    return .failure(RegularFile.Failure(message: "does not exist", isMissing: true))
                }
                return .success(text)
            })
        return try document.read(bytes)
    }

    /// The first service of the file.
    func service() throws -> ServiceConfiguration {
        struct NoService: Error {}
        guard let service = try host().services.first else { throw NoService() }
        return service
    }

    /// What is wrong with the file, each error as `line:column message | note | help`.
    func complaints() -> [String] {
        do throws(ConfigurationErrors) {
            _ = try host()
            return []
        } catch {
            return error.errors.map { error in
                let place = "\(error.line ?? 0):\(error.column ?? 0) "
                let words = [error.message, error.excerpt?.note, error.help]
                return place + words.compactMap(\.self).joined(separator: " | ")
            }
        }
    }
}
