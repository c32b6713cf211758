// SPDX-License-Identifier: Apache-2.0

import Backplane
import CBackplane
import Synchronization

/// A host in memory, with one instance of one plugin.
final class HarnessHost: Sendable {
    /// Answers a request.
    typealias Answerer = @Sendable (Message) async throws -> any Encodable & Sendable
    /// Answers a nested call: gets its arguments payload, gives its result's.
    typealias Responder = @Sendable (Bytes) async -> Answer

    struct State {
        var responders: [String: Responder] = [:]
        var answerer: Answerer?
        var messages: [Message] = []
        var logs: [LogRecord] = []
        var failure: BackplaneError?
        var nested: [UInt64: HostedCall] = [:]
        var questions: [UInt64: Reply] = [:]
        var lastNumber: UInt64 = 0
        var lateOutcomes = 0
        var running = 0
    }

    let service: String
    let identifier: String
    let functions = HarnessFunctions()
    let state = Mutex(State())
    /// Set once, right after the plugin was asked to make it, before anything else of it runs.
    private let instance = Mutex<PluginInstance?>(nil)

    init(service: String) {
        self.service = service
        identifier = "\(service)/1#1"
    }

    var plugin: PluginInstance? { instance.withLock { $0 } }

    func use(_ plugin: PluginInstance?) { instance.withLock { $0 = plugin } }

    func record(_ message: Message) { state.withLock { $0.messages.append(message) } }

    /// Has a call's code told to end, and the calls that are nested under it.
    func tellCancelled(_ call: HostedCall) {
        plugin?.cancel(call)
        let nested = state.withLock { $0.nested.values.filter { $0.parent === call } }
        for call in nested { call.cancel() }
    }

    /// Runs a method of the plugin on a thread that may block.
    func run(_ method: UInt32, _ payload: Bytes, _ call: HostedCall) {
        HarnessThreads.shared.run { [self] in
            guard let plugin else {
                call.end(.error(BackplaneError(.unavailable, "the plugin has no instance")))
                return
            }
            plugin.invoke(method, payload, call)
        }
    }

    /// Runs a method, a provided function or a responder for the plugin.
    func callNested(_ target: String, _ payload: Bytes, _ call: HostedCall) {
        guard call.depth <= 32 else {
            call.end(.error(BackplaneError(.tooDeep, "calls are nested deeper than 32")))
            return
        }
        if let responder = state.withLock({ $0.responders[target] }) {
            // Its owner is the nested call, which its outcome ends.
            Task.detached { call.end(await responder(payload)) }
        } else if let number = number(of: target) {
            run(number, payload, call)
        } else {
            call.end(
                .error(
                    BackplaneError(
                        .notFound,
                        "nothing answers '\(target)': register it with respond(to:)")))
        }
    }

    /// The number of a method of the plugin, or of a function that it provides.
    private func number(of target: String) -> UInt32? {
        if let number = functions.number(of: target) { return number }
        guard target.hasPrefix(service + ".") else { return nil }
        return plugin?.number(of: String(target.dropFirst(service.count + 1)))
    }

    /// Has a request answered: by the call's caller, or by what the test registered.
    func answer(_ message: Message, of call: HostedCall?, _ reply: Reply) {
        guard let answerer = call?.answerer ?? state.withLock({ $0.answerer }) else {
            reply.give(
                .error(
                    BackplaneError(
                        .unavailable, "nobody answers requests: register onRequest")))
            return
        }
        // Its owner is the request, which the answer ends.
        Task.detached {
            do {
                reply.give(.value(try Wire.encodeBytes(try await answerer(message))))
            } catch let error as BackplaneError {
                reply.give(.error(error))
            } catch {
                reply.give(.error(BackplaneError(.failed, String(describing: error))))
            }
        }
    }

    func nextNumber() -> UInt64 {
        state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
    }
}
