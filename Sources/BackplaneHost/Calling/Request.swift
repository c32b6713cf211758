// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
public import BackplaneTransport

/// A question that running plugin code asked its caller, and waits to be answered.
///
/// It may be answered later and from anywhere. The first answer counts; second ones, and those that
/// come when nobody waits any more, are dropped and counted. One that is never answered ends with
/// `deadline-exceeded` for who asked.
public struct Request<Data: Sendable>: Sendable {
    /// What is asked.
    public let data: Data

    /// The number of the call or of the submission that it belongs to, unique within the host.
    public let call: UInt64

    let question: any CallQuestion

    /// Who asks: service, generation and worker, as in `compute/2#1`.
    public var identifier: String { question.identifier }

    /// What is asked, as it came: one CBOR item.
    public var payload: Payload { question.payload }

    /// Answers.
    ///
    /// - Throws: `invalid-argument` when the value can't be encoded; nothing was answered then.
    public func respond<Answer: Encodable>(_ answer: Answer) throws(CallError) {
        question.respond(.value(try Payload.encoding(answer, what: "answer")))
    }

    /// Answers with an error, which is thrown where the request was made.
    public func refuse(_ error: CallError) {
        question.respond(.error(error))
    }

    /// The same with the data read as another type.
    ///
    /// - Throws: `incompatible` when it is something else.
    public func decoded<Other: Decodable & Sendable>(
        as type: Other.Type = Other.self
    ) throws(CallError) -> Request<Other> {
        Request<Other>(
            data: try payload.decoded(as: type, what: "request of \(identifier)"), call: call,
            question: question)
    }
}

extension Request where Data == Value {
    init(_ question: any CallQuestion, in call: UInt64) {
        self.init(data: question.payload.value, call: call, question: question)
    }
}
