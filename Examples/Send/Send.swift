// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import ExampleHosting

/// Prints what a task sends while it runs, and who sends it.
@main
struct Send {
    static func main() async throws {
        let echo = ServiceConfiguration(name: "echo", plugin: .name("Echo"), slot: .forked)
        try await ExampleHost.with([echo]) { host in
            let scheduler = Scheduler(.forked(workers: 1), of: host)
            let task = scheduler.task("echo.echoer")
            scheduler.on(.started) { task.submit([1, 2, 3, 4, 5]) }
            task.onMessage(of: Int.self) { message in
                print("\(message.identifier): \(message.data)")
            }
            try await scheduler.run()
        }
    }
}
