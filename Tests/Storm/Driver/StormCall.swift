// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

/// One call of a storm: what it asks, and what a right answer is.
struct StormCall: Sendable {
    /// What a right answer looks like.
    enum Expectation: Sendable {
        /// This value.
        case value(Value)
        /// A versioned plugin's word on itself.
        case answer
        /// As many messages as this, then the same from the same one.
        case stream(Int)
        /// The word of each of the services that the call went through.
        case chain
    }

    let target: String
    /// JSON.
    let arguments: String
    let expectation: Expectation
    /// The services that it goes through, in order.
    let services: [StormService]
    /// The generations of them that were announced before it began: no older one may answer.
    var announced: [Int] = []
    /// What came of it so far.
    var messages: [StormAnswer] = []

    /// What is wrong with a result; nil when nothing is.
    func fault(in result: Value) -> String? {
        switch expectation {
        case .value(let right):
            return result == right ? nil : "\(target) gave \(result) instead of \(right)"
        case .answer:
            return fault(in: [result])
        case .stream(let count):
            guard messages.count == count else {
                return "\(target) sent \(messages.count) messages instead of \(count)"
            }
            guard let answer = StormAnswer(result), messages.allSatisfy({ $0 == answer }) else {
                return "\(target) sent messages of \(messages), and its result is of \(result)"
            }
            return fault(in: [result])
        case .chain:
            return fault(in: result.array ?? [])
        }
    }

    /// Who answered; empty for a value that does not tell.
    func answers(in result: Value) -> [StormAnswer] {
        switch expectation {
        case .value: []
        case .answer, .stream: [StormAnswer(result)].compactMap(\.self)
        case .chain: (result.array ?? []).compactMap(StormAnswer.init)
        }
    }

    private func fault(in results: [Value]) -> String? {
        let answers = results.compactMap(StormAnswer.init)
        guard answers.map(\.service) == services else { return "\(target) gave \(results)" }
        return nil
    }

    /// The answers of generations that were replaced, as everybody knew, before the call began.
    func stale(in result: Value) -> [StormAnswer] {
        zip(answers(in: result), announced).filter { $0.generation < $1 }.map(\.0)
    }
}
