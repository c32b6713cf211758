// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import CBackplane
import Synchronization

/// What comes back from a nested call: its messages, its requests, its outcome.
final class CallChannel: Sendable {
    typealias Answerer = @Sendable (Message) async throws -> any Encodable & Sendable

    let reply: Reply
    let messages = MessageQueue()

    private let instance: InstanceCore
    private let answerer: Answerer?
    private let number = Mutex<Number>(.unknown(consumed: 0))
    private let questions = Mutex<Questions>(Questions())

    /// The call's number is known only when the host has taken it, and by then messages may have
    /// come and gone.
    private enum Number {
        case unknown(consumed: UInt32)
        case known(UInt64)
    }

    private struct Questions {
        var waiting: [(UInt64, Message)] = []
        var isAnswering = false

        mutating func next() -> (UInt64, Message)? {
            guard !waiting.isEmpty else {
                isAnswering = false
                return nil
            }
            return waiting.removeFirst()
        }
    }

    init(instance: InstanceCore, answerer: Answerer?) {
        self.instance = instance
        reply = Reply(keeping: instance.buffers)
        self.answerer = answerer
    }

    /// Hands the call to the host.
    @inline(never)
    func open(
        parent: CallPointer?, target: String, _ payload: Bytes, timeout: UInt64
    ) -> UInt64 {
        var flags = UInt32(BACKPLANE_REQUEST_MESSAGES) | UInt32(BACKPLANE_REQUEST_CLOSED)
        if answerer != nil { flags |= UInt32(BACKPLANE_REQUEST_REQUESTS) }
        let number = unsafe instance.host.call(
            parent: parent, flags: flags, target: target, payload, timeout: timeout,
            reply: Self.replyCallback, message: Self.messageCallback,
            question: answerer == nil ? nil : Self.questionCallback,
            context: Unmanaged.passRetained(self).toOpaque())
        let consumed: UInt32 = self.number.withLock { state in
            defer { state = .known(number) }
            if case .unknown(let consumed) = state { return consumed }
            return 0
        }
        if consumed > 0 { instance.host.acknowledge(number, consumed) }
        return number
    }

    /// Tells the host that messages were consumed.
    func acknowledge(_ count: Int) {
        guard count > 0 else { return }
        let number: UInt64? = self.number.withLock { state in
            switch state {
            case .unknown(let consumed):
                state = .unknown(consumed: consumed + UInt32(count))
                return nil
            case .known(let number): return number
            }
        }
        if let number { instance.host.acknowledge(number, UInt32(count)) }
    }

    private func takeMessage(_ message: Message) {
        if messages.add(message) == .discarded { acknowledge(1) }
    }

    private func takeQuestion(_ question: UInt64, _ message: Message) {
        let begins = questions.withLock { questions in
            questions.waiting.append((question, message))
            defer { questions.isAnswering = true }
            return !questions.isAnswering
        }
        guard begins else { return }
        // Its owner is the call: it ends with the last question that waits.
        Task.detached(executorPreference: instance.executor) { await self.answerAll() }
    }

    /// Answers one question after the other, in the order in which they came.
    private func answerAll() async {
        while let (question, message) = questions.withLock({ $0.next() }) {
            await answer(question, message)
        }
    }

    private func answer(_ question: UInt64, _ message: Message) async {
        guard let answerer else { return }
        do {
            instance.host.respond(question, try Wire.encodeBytes(try await answerer(message)))
        } catch {
            instance.host.respond(question, .failure(error))
        }
    }

    private static let replyCallback: backplane_reply = { context, outcome in
        guard let context = unsafe context else { return }
        // SAFETY: the reply is the last thing that the host does with the context.
        let channel = unsafe Unmanaged<CallChannel>.fromOpaque(context).takeRetainedValue()
        channel.messages.finish()
        channel.reply.give(
            unsafe Answer(
                copying: UnsafeRawPointer(outcome), keeping: channel.instance.buffers))
    }

    private static let messageCallback: backplane_message = { context, bytes, count, identifier in
        guard let context = unsafe context else { return }
        // SAFETY: messages come before the reply, which takes the context's reference back.
        let channel = unsafe Unmanaged<CallChannel>.fromOpaque(context).takeUnretainedValue()
        // The callee has closed its messages, and goes on.
        guard let identifier = unsafe identifier else { return channel.messages.finish() }
        channel.takeMessage(
            unsafe Message(
                payload: Bytes(
                    borrowed: bytes, count: count, keeping: channel.instance.buffers),
                identifier: String(copying: identifier)))
    }

    private static let questionCallback: backplane_question = {
        context, question, bytes, count, identifier in
        guard let context = unsafe context else { return }
        // SAFETY: as for messages.
        let channel = unsafe Unmanaged<CallChannel>.fromOpaque(context).takeUnretainedValue()
        channel.takeQuestion(
            question,
            unsafe Message(
                payload: Bytes(
                    borrowed: bytes, count: count, keeping: channel.instance.buffers),
                identifier: String(copying: identifier)))
    }
}
