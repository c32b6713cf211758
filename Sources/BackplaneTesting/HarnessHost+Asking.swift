// SPDX-License-Identifier: Apache-2.0

import Backplane
import CBackplane
import Synchronization

/// What the plugin asks of its host.
extension HarnessHost {
    /// Asks the caller of `call`, or what the test registered.
    func ask(_ message: Message, of call: HostedCall?, timeout: UInt64, _ sink: ReplySink) {
        let reply = Reply()
        if let limit = limit(timeout, of: call) {
            // Its owner is the request: a late time-out finds the reply given.
            Task.detached {
                try? await Task.sleep(for: limit)
                reply.give(
                    .error(BackplaneError(.deadlineExceeded, "nobody answered in time")))
            }
        }
        // Its owner is the request, which the reply ends.
        Task.detached { sink.give(await reply.value()) }
        if let call { call.asks(reply) }
        answer(message, of: call, reply)
    }

    /// Begins a nested call; returns its number.
    func begin(
        _ target: String, _ payload: Bytes, parent: HostedCall?, timeout: UInt64,
        _ sink: ReplySink
    ) -> UInt64 {
        let number = nextNumber()
        let call = HostedCall(
            host: self, parent: parent, timeout: limit(timeout, of: parent),
            room: sink.takesMessages ? 16 : .max,
            answerer: sink.takesQuestions ? answerer(through: sink) : nil,
            onMessage: sink.takesMessages ? { @Sendable message in sink.give(message) } : nil,
            onClosed: sink.takesClosing ? { @Sendable in sink.close() } : nil)
        state.withLock { $0.nested[number] = call }
        // Its owner is the nested call, which its outcome ends.
        Task.detached {
            let answer = await call.reply.value()
            self.state.withLock { _ = $0.nested.removeValue(forKey: number) }
            sink.give(answer)
        }
        if parent?.isCancelled == true { call.cancel() }
        callNested(target, payload, call)
        return number
    }

    /// Has the plugin answer the requests of a call that it has begun.
    private func answerer(through sink: ReplySink) -> Answerer {
        { [self] message in
            let number = nextNumber()
            let reply = Reply()
            state.withLock { $0.questions[number] = reply }
            sink.ask(number, message)
            return try await reply.value().get(as: Value.self)
        }
    }

    /// The time that something may take: what it asks for, within what its call has left.
    private func limit(_ timeout: UInt64, of call: HostedCall?) -> Duration? {
        let asked = timeout == 0 ? UInt64.max : timeout
        let now = MonotonicTime.now
        let left = call.map { $0.deadline == .max ? .max : $0.deadline - min(now, $0.deadline) }
        let nanoseconds = min(asked, left ?? .max)
        return nanoseconds == .max ? nil : .nanoseconds(Int64(clamping: nanoseconds))
    }

    func log(_ level: UInt32, _ message: String, _ metadata: [UInt8]) {
        let levels = Logger.Level.allCases
        let record = LogRecord(
            level: Int(level) < levels.count ? levels[Int(level)] : .critical, message: message,
            metadata: metadata.isEmpty
                ? [:]
                : (try? Wire.decode([String: String].self, from: Bytes(metadata), what: "log"))
                    ?? [:])
        state.withLock { $0.logs.append(record) }
    }

    /// The cell of a method of the plugin, or of a function that it provides.
    func cell(_ target: String) -> UnsafeRawPointer? {
        unsafe functions.cell(target) {
            guard target.hasPrefix(service + "."), let plugin,
                let number = plugin.number(of: String(target.dropFirst(service.count + 1)))
            else { return nil }
            return unsafe plugin.binding(of: number)
        }
    }
}
