// SPDX-License-Identifier: Apache-2.0

import BackplaneWorker

/// The process that forks workers, and each worker.
@main
enum Main {
    static func main() {
        WorkerProgram.run(arguments: CommandLine.arguments)
    }
}
