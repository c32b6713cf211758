// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import OracleSupport

/// Makes calls of all kinds: a third run for 2 to 200 ms, a tenth stream, a tenth go through several
/// services, the others are the samples' own.
struct CallMaker {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func next() -> StormCall {
        let service = anyService()
        switch Int.random(in: 0..<30, using: &random) {
        case 0..<3: return stream(service)
        case 3..<6: return chain(service)
        case 6..<15: return long("answer", service, 2...200)
        case 15: return long("block", service, 2...50)
        default: return short(service)
        }
    }

    private mutating func anyService() -> StormService {
        StormService.allCases.randomElement(using: &random) ?? .echo
    }

    private mutating func stream(_ service: StormService) -> StormCall {
        let count = Int.random(in: 1...8, using: &random)
        let time = Int.random(in: 2...200, using: &random)
        return StormCall(
            target: "\(service.rawValue).stream", arguments: "[\(count),\(time)]",
            expectation: .stream(count), services: [service])
    }

    /// Through one or two others, the first again among them.
    private mutating func chain(_ service: StormService) -> StormCall {
        let others = (0..<Int.random(in: 1...2, using: &random)).map { _ in anyService() }
        let names = others.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        let time = Int.random(in: 0...50, using: &random)
        return StormCall(
            target: "\(service.rawValue).chain", arguments: "[[\(names)],\(time)]",
            expectation: .chain, services: [service] + others)
    }

    private mutating func long(
        _ method: String, _ service: StormService, _ times: ClosedRange<Int>
    ) -> StormCall {
        StormCall(
            target: "\(service.rawValue).\(method)",
            arguments: "[\(Int.random(in: times, using: &random))]", expectation: .answer,
            services: [service])
    }

    private mutating func short(_ service: StormService) -> StormCall {
        let number = Int.random(in: 0..<1000, using: &random)
        let (method, arguments, right): (String, String, Value) =
            switch service {
            case .echo: ("echo", "[\(number)]", Value(number))
            case .compute: ("double", "[\(number)]", Value(2 * number))
            case .tokenizer:
                ("encode", "[\"storm\"]", .array([115, 116, 111, 114, 109]))
            case .memory: ("set", "[\"key\(number % 16)\",\(number)]", .null)
            case .pipeline: ("answer", "[0]", .null)
            }
        return StormCall(
            target: "\(service.rawValue).\(method)", arguments: arguments,
            expectation: service == .pipeline ? .answer : .value(right), services: [service])
    }
}
