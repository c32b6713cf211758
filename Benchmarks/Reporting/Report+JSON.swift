// SPDX-License-Identifier: Apache-2.0

import BackplaneJSON
import BackplanePayload

extension Report {
    /// The version of the format: raised when a member changes its meaning or goes.
    private static let formatVersion = 1

    /// All of it as JSON; docs/benchmarks.md says what its members mean.
    var json: String {
        get throws {
            let value = Value.map([
                "version": Value(Self.formatVersion),
                "kept": .bool(isKept),
                "processors": .array(Processors.allowed.map { Value(Int($0)) }),
                "rows": .array(rows.map(\.json)),
                "failures": .array(
                    failures.map {
                        .map(["section": .string($0.section), "reason": .string($0.reason)])
                    }),
            ])
            return try JSON.print(value, pretty: true)
        }
    }
}

extension Row {
    fileprivate var json: Value {
        var members: [String: Value] = [
            "section": .string(section), "name": .string(name), "value": .number(value),
            "unit": .string(unit), "kept": .bool(isKept),
        ]
        switch bound {
        case .atMost(let limit): members["atMost"] = .number(limit)
        case .atLeast(let limit): members["atLeast"] = .number(limit)
        case nil: break
        }
        if let reference, let ratio {
            members["reference"] = .map([
                "name": .string(reference.name), "value": .number(reference.value),
            ])
            members["ratio"] = .number(ratio)
        }
        if let placement { members["placement"] = placement.json }
        if let percentiles { members["percentiles"] = percentiles.json }
        return .map(members)
    }
}

extension Placement {
    fileprivate var json: Value {
        var members: [String: Value] = ["kind": .string(kind.rawValue)]
        if let caller { members["caller"] = Value(Int(caller)) }
        if let worker { members["worker"] = Value(Int(worker)) }
        if let sharedPart { members["sharedPart"] = .number(sharedPart) }
        return .map(members)
    }
}

extension Percentiles {
    fileprivate var json: Value {
        .map([
            "count": Value(count), "p50": .number(p50), "p90": .number(p90), "p99": .number(p99),
            "p99.9": .number(p999), "max": .number(max),
        ])
    }
}

extension Value {
    /// A number; null for what JSON has no word for.
    fileprivate static func number(_ value: Double) -> Value {
        value.isFinite ? .double(value) : .null
    }
}
