// SPDX-License-Identifier: Apache-2.0

/// Where the configuration of a running host comes from, to be looked at again.
struct ConfigurationSource: Sendable {
    /// What was found at one moment.
    struct Reading: Sendable {
        var result: Result<HostConfiguration, ConfigurationErrors>
        /// Every file that the result depends on, whether it is there or not; absolute paths.
        var files: Set<String>
    }

    /// The path of the file; absolute.
    let file: String

    /// Reads the file, and whatever it names.
    ///
    /// Blocks.
    func read() -> Reading {
        let files = FileNotes()
        do throws(ConfigurationErrors) {
            let name = file.split(separator: "/").last.map(String.init) ?? file
            let configuration = try ConfigurationFile.load(
                absolutePath: file, shownAs: name, environment: nil, note: { files.note($0) })
            return Reading(result: .success(configuration), files: files.paths)
        } catch {
            return Reading(result: .failure(error), files: files.paths)
        }
    }

    /// Collects paths while a file is read, on one thread.
    private final class FileNotes {
        private(set) var paths: Set<String> = []
        func note(_ path: String) { paths.insert(path) }
    }
}

extension ConfigurationErrors {
    /// All of them in one line, for events: each with its place and its message.
    var line: String {
        errors.map { error in
            let place = [error.line, error.column].compactMap { $0.map { ":\($0)" } }.joined()
            return "\(error.file)\(place): \(error.message)"
        }.joined(separator: "; ")
    }
}
