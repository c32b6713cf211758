// SPDX-License-Identifier: Apache-2.0

public import BackplaneEmbedding
public import BackplaneHost
import BackplanePayload

/// The program of the page about conversations: each section of it is a function here, so that what the
/// page shows is compiled and run.
public enum Conversations {
    /// A manager with the services of the page, started.
    public static func services() async throws -> ServiceManager {
        let manager = ServiceManager()
        try await manager.register("echo", plugin: "Echo", slot: .forked, workers: 4)
        try await manager.register("trainer", as: Trainer.self)
        try await manager.start()
        return manager
    }

    /// Answers what the plugin asks; how often it was told of a round, and the rate that it was told.
    public static func inThePlugin(_ host: Host) async throws -> (rounds: Int, rate: Double) {
        let call = host.open("trainer", "train", "a/path", 2)
        call.onRequest { try $0.respond(0.5) }
        var rounds = 0
        for try await message in call.messages {
            if (try? message.decoded(as: Trainer.Progress.self)) != nil { rounds += 1 }
        }
        return (rounds, try await call.value(as: Trainer.Report.self).rate)
    }

    /// Why the call was closed.
    public static func closing(_ host: Host) async throws -> [String] {
        let call = host.open("trainer", "index", ["a", "b", "a"])
        var seen: [String] = []
        // snippet: events
        for try await event in call.events {
            switch event {
            case .opened: seen.append("opened")
            case .message(let message): seen.append(message.data.string ?? "")
            case .request(let request): request.refuse(CallError(.failed, "not now"))
            case .closed(let reason): seen.append("closed \(reason)")
            }
        }
        // end
        try await call.finish()
        return seen
    }

    /// What came of reading messages.
    public static func messages(_ host: Host) async throws -> (said: [String], count: Int) {
        var said: [String] = []
        func print(_ identifier: String, _ data: Int) { said.append("\(identifier) \(data)") }
        // snippet: messages
        let call = host.open("echo", "echoer", [1, 2, 3])
        for try await message in call.messages(of: Int.self) {
            print(message.identifier, message.data)  // echo/1#1 1 …
        }
        let count: Int = try await call.value()  // 3
        // end
        return (said, count)
    }

    /// What came of answering requests.
    public static func requests(_ host: Host) async throws -> [Int] {
        // snippet: requests
        let call = host.open("echo", "asker", [1, 2, 3])
        call.onRequest(of: Int.self) { request in try request.respond(request.data * 2) }
        let doubles: [Int] = try await call.value()  // [2, 4, 6]
        // end
        return doubles
    }

    /// How a run of a scheduler ended, and how many messages it saw.
    public static func scheduler(_ host: Host) async throws -> (exit: String, messages: Int?) {
        // snippet: scheduler
        let scheduler = Scheduler(.forked(workers: 4), of: host)
        let task = scheduler.task("echo.echoer")

        scheduler.on(.started) { task.submit([1, 2, 3, 4, 5]) }
        task.onMessage(of: Int.self) { message in print(message.identifier, message.data) }
        task.on(.result) { result in print(result.value) }

        let exit = try await scheduler.run()  // exhausted
        // end
        return ("\(exit.code)", task.counts[.message])
    }

    /// How many messages a closure sent.
    public static func closures(_ host: Host) async throws -> Int? {
        // snippet: closures
        let scheduler = Scheduler(.async(workers: 2), of: host)
        let task = scheduler.task { (comm: TaskComm, xs: [Int]) in
            for x in xs { try await comm.send(x) }
        }
        // end
        scheduler.on(.started) { task.submit([1, 2, 3]) }
        try await scheduler.run()
        return task.counts[.message]
    }
}
