// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc

/// The program: finds the verb, runs it, turns what comes of it into an exit code.
@main
enum Program {
    static func main() {
        do {
            var verb = try BackplaneCommand.parseAsRoot(try VerbFinder().arguments(given))
            try verb.run()
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { Terminal.error.say(failure.message) }
            exit(failure.code)
        } catch {
            BackplaneCommand.exit(withError: error)
        }
    }

    private static var given: [String] { Array(CommandLine.arguments.dropFirst()) }
}
