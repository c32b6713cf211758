// SPDX-License-Identifier: Apache-2.0

/// Reads configuration files.
public enum ConfigurationFile {
    /// The size above which a file is no configuration.
    static let sizeLimit = 1 << 20

    /// Reads and checks the configuration at `path`.
    ///
    /// Nothing but files is looked at: plugins need not be there yet.
    ///
    /// - Parameters:
    ///   - path: The file; messages call it so. A `.env` file beside it is read too.
    ///   - environment: The variables that the file may refer to, which win over those of `.env`;
    ///     nil for the environment of this process.
    /// - Throws: All that is wrong with the file, at once.
    public static func load(
        path: String, environment: [String: String]? = nil
    ) throws(ConfigurationErrors) -> HostConfiguration {
        try load(
            absolutePath: try absolute(path), shownAs: path, environment: environment,
            note: { _ in })
    }

    /// Reads and checks the configuration at a path that messages call by another name.
    ///
    /// - Parameter note: Told the path of each file that is looked at, whether it is there or not.
    static func load(
        absolutePath: String, shownAs path: String, environment: [String: String]?,
        note: @escaping (String) -> Void
    ) throws(ConfigurationErrors) -> HostConfiguration {
        note(absolutePath)
        let text: [UInt8]
        do throws(RegularFile.Failure) {
            text = try RegularFile.bytes(at: absolutePath, limit: sizeLimit)
        } catch {
            throw ConfigurationErrors([
                ConfigurationError(
                    file: path, message: "the configuration file \(error.message)",
                    help: error.isMissing ? "name another one with -c FILE" : nil)
            ])
        }
        var variables = Variables(process: environment)
        note(environmentFile(beside: absolutePath))
        let errors = readEnvironmentFile(beside: path, at: absolutePath, into: &variables)
        let document = ConfigurationDocument(
            file: path, path: absolutePath, variables: variables,
            readFile: { path in
                note(path)
                return textFile(path)
            })
        return try document.read(text, errors: errors)
    }

    private static func absolute(_ path: String) throws(ConfigurationErrors) -> String {
        guard let folder = path.hasPrefix("/") ? "/" : AbsolutePath.workingDirectory else {
            let message = "the working directory is gone"
            throw ConfigurationErrors([ConfigurationError(file: path, message: message)])
        }
        return AbsolutePath.joining(path, to: folder)
    }

    private static func environmentFile(beside absolutePath: String) -> String {
        AbsolutePath.joining(".env", to: AbsolutePath.folder(of: absolutePath))
    }

    /// Adds the variables of the `.env` file, if there is one, and returns what is wrong with it.
    private static func readEnvironmentFile(
        beside path: String, at absolutePath: String, into variables: inout Variables
    ) -> [ConfigurationError] {
        let name = path.contains("/") ? AbsolutePath.folder(of: path) + "/.env" : ".env"
        let location = environmentFile(beside: absolutePath)
        do throws(RegularFile.Failure) {
            let bytes = try RegularFile.bytes(at: location, limit: sizeLimit)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return [ConfigurationError(file: name, message: "the file is not UTF-8")]
            }
            let file = EnvironmentFile(file: name, text: text)
            variables.file = file.variables
            return file.errors
        } catch {
            if error.isMissing { return [] }
            return [ConfigurationError(file: name, message: "the file \(error.message)")]
        }
    }

    /// The text of a file that `${file:…}` names, without its last newline.
    private static func textFile(_ path: String) -> Result<String, RegularFile.Failure> {
        do throws(RegularFile.Failure) {
            var bytes = try RegularFile.bytes(at: path, limit: Substitution.sizeLimit)
            if bytes.last == UInt8(ascii: "\n") {
                bytes.removeLast()
                if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .failure(RegularFile.Failure(message: "is not UTF-8"))
            }
            return .success(text)
        } catch {
            return .failure(error)
        }
    }
}
