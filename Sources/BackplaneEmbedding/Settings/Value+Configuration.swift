// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneHost

extension Value {
    /// The value as what a service is handed as its `config`.
    ///
    /// - Throws: `invalid-argument` for bytes, which a configuration has no word for.
    func configuration(of service: String) throws(BackplaneError) -> ConfigurationValue {
        switch self {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value): return .int(value)
        case .unsigned(let value): return .unsigned(value)
        case .double(let value): return .double(value)
        case .string(let text): return .string(text)
        case .bytes:
            throw BackplaneError(
                .invalidArgument,
                "service '\(service)': its config has bytes; say them as text or as a list")
        case .array(let values):
            var list: [ConfigurationValue] = []
            for value in values { list.append(try value.configuration(of: service)) }
            return .list(list)
        case .map(let values):
            var map: [String: ConfigurationValue] = [:]
            for (key, value) in values { map[key] = try value.configuration(of: service) }
            return .map(map)
        }
    }
}
