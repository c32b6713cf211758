// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneJSON
public import BackplanePayload
import Foundation
import OracleSupport
import Synchronization

/// Calls one method again and again, with some calls in flight at any time, until it is stopped.
public final class Load: Sendable {
    /// What came of the calls.
    public struct Report: Sendable {
        /// How many have ended with a value.
        public var succeeded = 0
        /// The errors of the others.
        public var errors: [String] = []
        /// The versions that answered, in the order of their first answers.
        public var versions: [Int] = []
        /// The version that answered last; a call that began before a switch may end long after it.
        public var version: Int?
        /// The last value.
        public var last: Value = .null
        /// Calls that had no outcome.
        public var lost = 0
    }

    private struct State {
        var report = Report()
        var isStopping = false
        var isOver = false
        /// How many calls had been begun when the last answer came.
        var begun = 0
        /// How many of them had been begun before the oldest that was still in flight.
        var ended = 0
    }

    private let state = Mutex(State())
    private let socket: String
    private let target: String
    private let arguments: String

    /// Begins to call.
    ///
    /// - Parameters:
    ///   - socket: The host's control socket.
    ///   - target: `service.method`.
    ///   - arguments: JSON.
    ///   - window: How many calls are in flight.
    public init(socket: String, _ target: String, _ arguments: String = "[]", window: Int = 8) {
        self.socket = socket
        self.target = target
        self.arguments = arguments
        Thread.detachNewThread { [self] in
            run(window)
            state.withLock { $0.isOver = true }
        }
    }

    /// How it is going.
    public var report: Report { state.withLock { $0.report } }

    /// Waits until as many calls as this have succeeded from now on.
    public func more(_ count: Int = 20) throws {
        let goal = report.succeeded + count
        try Deadline.wait("\(count) more calls of \(target)") {
            let (report, isOver) = state.withLock { ($0.report, $0.isOver) }
            guard !isOver else {
                throw Deadline.Passed(description: "\(target) is called no more: \(report.errors)")
            }
            return report.succeeded >= goal
        }
    }

    /// Waits until a build has answered, and no call is in flight any more that another may answer.
    public func answered(by version: Int, within limit: Duration = .seconds(30)) throws {
        var earlier: Int?
        try Deadline.wait("an answer of version \(version) of \(target)", within: limit) {
            state.withLock { state in
                if earlier == nil, state.report.version == version { earlier = state.begun }
                return earlier.map { state.ended >= $0 } ?? false
            }
        }
    }

    /// Ends it, once each of its calls has ended.
    public func stop() throws -> Report {
        state.withLock { $0.isStopping = true }
        try Deadline.wait("the end of all calls of \(target)", within: .seconds(60)) {
            state.withLock { $0.isOver }
        }
        return report
    }

    private func run(_ window: Int) {
        // By their numbers in the order in which they were begun.
        var running: [RPCIdentifier: Int] = [:]
        var begun = 0
        do throws(ControlError) {
            let client = try ControlClient(path: socket)
            while begun < window {
                running[try client.send(target, params: arguments)] = begun
                begun += 1
            }
            while !running.isEmpty {
                guard case .answer(let answer) = try client.receive() else { continue }
                if running.removeValue(forKey: answer.identifier) == nil {
                    state.withLock { $0.report.errors.append("a second outcome of a call") }
                    continue
                }
                note(answer.result, begun: begun, ended: running.values.min() ?? begun)
                if !state.withLock({ $0.isStopping }) {
                    running[try client.send(target, params: arguments)] = begun
                    begun += 1
                }
            }
        } catch {
            state.withLock {
                $0.report.lost = running.count
                $0.report.errors.append(error.message)
            }
        }
    }

    private func note(_ result: Result<String, RPCError>, begun: Int, ended: Int) {
        state.withLock { state in
            state.begun = begun
            state.ended = ended
            switch result {
            case .failure(let error):
                if state.report.errors.count < 1000 { state.report.errors.append(error.message) }
            case .success(let text):
                state.report.succeeded += 1
                guard let value = try? JSON.parse(text) else { return }
                state.report.last = value
                // A plugin in C says the number alone.
                guard let version = value["version"]?.int ?? value.string.flatMap({ Int($0) })
                else { return }
                state.report.version = version
                if !state.report.versions.contains(version) {
                    state.report.versions.append(version)
                }
            }
        }
    }
}
