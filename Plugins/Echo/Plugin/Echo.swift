// SPDX-License-Identifier: Apache-2.0

public import Backplane

/// The smallest plugin there is, and the three ways in which a method speaks to its caller: with
/// its result, with messages, and with requests.
public final class Echo: Plugin {
    /// The plugin's name and methods.
    public static let manifest = Manifest<Echo>(
        "echo", version: "1.0.0", summary: "Gives back what it gets."
    ) {
        Method("echo", Echo.echo, "value", idempotent: true, summary: "Returns the value.")
        Method("echoer", Echo.echoer, "xs", summary: "Sends each value; returns how many.")
        Method("asker", Echo.asker, "xs", summary: "Requests with each value; returns answers.")
        Method("requester", Echo.requester, "n", summary: "Requests 0 to n - 1; returns answers.")
    }

    private let comm: Comm

    /// Makes an instance; there is nothing to set up.
    public init(_ comm: Comm) {
        self.comm = comm
    }

    /// Returns its argument, whatever it is.
    func echo(_ value: Value) -> Value { value }

    /// Sends each value as a message of this call, in order, and returns their count.
    func echoer(_ xs: [Value]) async throws -> Int {
        for x in xs {
            try await comm.send(x)
        }
        return xs.count
    }

    /// Asks the caller with each value, in order, and returns the answers.
    func asker(_ xs: [Value]) async throws -> [Value] {
        var answers: [Value] = []
        for x in xs {
            answers.append(try await comm.request(x))
        }
        return answers
    }

    /// Asks the caller n times, with the numbers from 0 on, and returns the answers in order.
    func requester(_ n: Int) async throws -> [Value] {
        guard n >= 0 else {
            throw BackplaneError(.invalidArgument, "n is \(n); a count is not negative")
        }
        var answers: [Value] = []
        for number in 0..<n {
            answers.append(try await comm.request(number))
        }
        return answers
    }
}
