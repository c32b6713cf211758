// SPDX-License-Identifier: Apache-2.0

internal import BackplaneJSON
internal import BackplanePayload
internal import BackplaneTransport

/// What is said over one connection: takes lines and events, says what is to be done.
///
/// No descriptor, no thread, no clock: the connection acts on what this decides.
struct ControlSession {
    /// What is to be done.
    enum Action {
        /// Write a line; when it is written, acknowledge the message of `call` that it carries.
        case send(String, of: (any RunningCall)? = nil)
        case start(ControlCall, RPCCall)
        case cancel(ControlCall)
        case respond(any CallQuestion, Outcome)
    }

    /// How many calls of one connection may run at once, and how many of their requests wait.
    static let limit = 1024

    /// How many bytes a line may have.
    static let lineLimit = 16 << 20

    private struct Entry {
        let call: ControlCall
        let method: String
        /// Nil for a notification.
        let identifier: RPCIdentifier?
        /// Where in a batch its answer belongs.
        let place: ControlBatch.Place?
        /// Whether the peer takes its messages or its requests.
        let isFollowed: Bool
        /// The error that ends it, whatever it gives.
        var verdict: CallError?
    }

    private struct Pending {
        let question: any CallQuestion
        let call: UInt64
    }

    private let mailbox: ControlMailbox
    private var entries: [UInt64: Entry] = [:]
    private var pending: [Int: Pending] = [:]
    private var batches: [UInt64: ControlBatch] = [:]
    private var lastCall: UInt64 = 0
    private var lastQuestion = 0
    private var lastBatch: UInt64 = 0

    init(mailbox: ControlMailbox) {
        self.mailbox = mailbox
    }

    /// Whether nothing runs that the peer waits for.
    var isIdle: Bool { !entries.values.contains { $0.identifier != nil } }

    // MARK: What the peer says

    /// Takes a line.
    mutating func receive(_ line: [UInt8]) -> [Action] {
        let message: RPCLine
        do {
            message = try RPCReader.read(line)
        } catch {
            return [.send(RPCText.answer(.null, error: error))]
        }
        switch message {
        case .single(let message):
            return receive(message, at: nil)
        case .batch(let messages):
            lastBatch += 1
            batches[lastBatch] = ControlBatch(count: messages.count)
            var actions: [Action] = []
            for (index, message) in messages.enumerated() {
                let place = ControlBatch.Place(batch: lastBatch, index: index)
                actions += receive(message, at: place)
            }
            return actions
        }
    }

    /// Takes the news that a line is too long, after which there is nothing more to be understood.
    func receiveTooLong() -> [Action] {
        let error = RPCError.invalidRequest("a line may have \(Self.lineLimit) bytes, not more")
        return [.send(RPCText.answer(.null, error: error))]
    }

    private mutating func receive(_ message: RPCMessage, at place: ControlBatch.Place?) -> [Action]
    {
        switch message {
        case .call(let call):
            return call.method.hasPrefix("$/") ? control(call, at: place) : start(call, at: place)
        case .answer(let answer):
            return take(answer) + skip(place)
        case .invalid(let identifier?, let error):
            return reply(identifier, .failure(error), at: place)
        case .invalid(nil, _):
            return skip(place)
        }
    }

    private mutating func start(_ call: RPCCall, at place: ControlBatch.Place?) -> [Action] {
        guard entries.count < Self.limit else {
            guard let identifier = call.identifier else { return skip(place) }
            let error = CallError(
                .overloaded, "this connection has \(Self.limit) calls running and takes no more")
            return reply(identifier, .failure(RPCError(error)), at: place)
        }
        lastCall += 1
        let running = ControlCall(number: lastCall, mailbox: mailbox)
        var call = call
        if call.identifier == nil {
            // Its messages and requests would have no call to name.
            call.options.takesMessages = false
            call.options.takesRequests = false
        }
        entries[lastCall] = Entry(
            call: running, method: call.method, identifier: call.identifier,
            place: call.identifier == nil ? nil : place,
            isFollowed: call.options.takesMessages || call.options.takesRequests)
        let skipped = call.identifier == nil ? skip(place) : []
        return [.start(running, call)] + skipped
    }

    /// Does what the protocol itself is asked for.
    private mutating func control(_ call: RPCCall, at place: ControlBatch.Place?) -> [Action] {
        var actions: [Action] = []
        var result: Result<String, RPCError> = .success("null")
        if call.method == "$/cancelRequest", let target = RPCCancel.target(of: call) {
            for entry in entries.values where entry.identifier == target {
                actions.append(.cancel(entry.call))
            }
        } else {
            let error =
                call.method == "$/cancelRequest"
                ? CallError(.invalidArgument, "$/cancelRequest takes {\"id\": …}")
                : CallError(.notFound, "there is no \(call.method)")
            result = .failure(RPCError(error))
        }
        return actions + (call.identifier.map { reply($0, result, at: place) } ?? skip(place))
    }

    private mutating func take(_ answer: RPCAnswer) -> [Action] {
        // An answer that comes late, or to nothing, means nothing.
        guard let number = answer.identifier.number,
            let question = pending.removeValue(forKey: number)?.question
        else { return [] }
        switch answer.result {
        case .success(let text):
            // The reader has checked it.
            let payload = (try? JSON.payload(from: Array(text.utf8))).map { Payload($0) }
            return [.respond(question, .value(payload ?? .null))]
        case .failure(let error):
            return [.respond(question, .error(error.callError))]
        }
    }

    // MARK: What the calls say

    /// Takes an event of a call.
    mutating func handle(_ event: ControlEvent) -> [Action] {
        switch event {
        case .message(let number, let payload, let identifier, let call):
            guard let entry = entries[number], let name = entry.identifier else {
                call.acknowledge(1)
                return []
            }
            do {
                let line = try note(
                    "comm/message", nil, about: name, data: payload, from: identifier)
                return [.send(line, of: call)]
            } catch {
                call.acknowledge(1)
                entries[number]?.verdict = error
                return [.cancel(entry.call)]
            }
        case .question(let number, let question):
            return ask(question, of: number)
        case .closed(let number):
            guard let entry = entries[number], entry.isFollowed, let name = entry.identifier
            else { return [] }
            let line = RPCText.call(
                "comm/closed", identifier: nil, params: "{\"call\":\(name.json)}")
            return [.send(line)]
        case .finished(let number, let outcome):
            return finish(number, outcome)
        }
    }

    private mutating func ask(_ question: any CallQuestion, of number: UInt64) -> [Action] {
        guard let name = entries[number]?.identifier else {
            return [.respond(question, .error(ControlCall.callerIsGone))]
        }
        guard pending.count < Self.limit else {
            let error = CallError(.overloaded, "\(Self.limit) requests wait for their answers")
            return [.respond(question, .error(error))]
        }
        lastQuestion += 1
        do {
            let line = try note(
                "comm/request", RPCIdentifier(lastQuestion), about: name, data: question.payload,
                from: question.identifier)
            pending[lastQuestion] = Pending(question: question, call: number)
            return [.send(line)]
        } catch {
            return [.respond(question, .error(error))]
        }
    }

    private mutating func finish(_ number: UInt64, _ outcome: Outcome) -> [Action] {
        guard let entry = entries.removeValue(forKey: number) else { return [] }
        // Requests that nobody has answered ended with their call.
        if !pending.isEmpty { pending = pending.filter { $0.value.call != number } }
        guard let identifier = entry.identifier else { return [] }
        let outcome = entry.verdict.map { .error($0) } ?? outcome
        do {
            let result = try Self.json(of: try outcome.get(), "the result of \(entry.method)")
            return reply(identifier, .success(result), at: entry.place)
        } catch {
            return reply(identifier, .failure(RPCError(error)), at: entry.place)
        }
    }

    private func note(
        _ method: String, _ number: RPCIdentifier?, about call: RPCIdentifier, data: Payload,
        from identifier: String
    ) throws(CallError) -> String {
        let text = try Self.json(of: data, "the data of a \(method)")
        return RPCText.call(
            method, identifier: number,
            params: "{\"call\":\(call.json),\"data\":\(text)"
                + ",\"identifier\":\(RPCText.quote(identifier))}")
    }

    private static func json(of payload: Payload, _ what: String) throws(CallError) -> String {
        let text: String
        do {
            text = try JSON.text(from: payload.bytes)
        } catch {
            throw CallError(.incompatible, "\(what) cannot be written as JSON: \(error)")
        }
        // A little is left for what goes around it.
        guard text.utf8.count <= lineLimit - (64 << 10) else {
            throw CallError(
                .tooLarge,
                "\(what) has \(text.utf8.count) bytes as JSON; a line may have \(lineLimit)")
        }
        return text
    }

    // MARK: Answers

    private mutating func reply(
        _ identifier: RPCIdentifier, _ result: Result<String, RPCError>,
        at place: ControlBatch.Place?
    ) -> [Action] {
        let line = RPCText.answer(identifier, result)
        guard let place else { return [.send(line)] }
        if case .success = result, batches[place.batch]?.hasRoom(for: line) == false {
            let error = CallError(
                .tooLarge,
                "the answers to a batch share a line, which may have \(Self.lineLimit) bytes")
            return fill(place, with: RPCText.answer(identifier, error: RPCError(error)))
        }
        return fill(place, with: line)
    }

    private mutating func skip(_ place: ControlBatch.Place?) -> [Action] {
        place.map { fill($0, with: nil) } ?? []
    }

    private mutating func fill(_ place: ControlBatch.Place, with line: String?) -> [Action] {
        guard let answer = batches[place.batch]?.fill(place.index, with: line) else { return [] }
        batches[place.batch] = nil
        return answer.isEmpty ? [] : [.send(answer)]
    }

    // MARK: The end

    /// Ends everything that only the peer waited for.
    ///
    /// Notifications go on: nobody waited for them.
    mutating func close() -> [Action] {
        defer { pending = [:] }
        return entries.values.filter { $0.identifier != nil }.map { .cancel($0.call) }
            + pending.values.map { .respond($0.question, .error(ControlCall.callerIsGone)) }
    }
}
