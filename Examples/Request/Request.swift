// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import ExampleHosting

/// Answers what a task asks while it runs with the double, and prints the answers.
@main
struct Request {
    static func main() async throws {
        let echo = ServiceConfiguration(name: "echo", plugin: .name("Echo"), slot: .forked)
        try await ExampleHost.with([echo]) { host in
            let scheduler = Scheduler(.forked(workers: 1), of: host)
            let task = scheduler.task("echo.asker")
            scheduler.on(.started) { task.submit([1, 2, 3, 4, 5]) }
            task.onRequest(of: Int.self) { request in
                let answer = request.data * 2
                print(answer)
                try request.respond(answer)
            }
            try await scheduler.run()
        }
    }
}
