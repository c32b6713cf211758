// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

/// A state that an instance saved, perhaps one of an earlier build.
public struct SavedState: Sendable {
    /// The version that the saving build gave it.
    public let version: Int

    private let payload: [UInt8]

    /// Decodes the state.
    ///
    /// - Throws: `incompatible` when it is something else.
    public func decode<State: Decodable>(as type: State.Type) throws(BackplaneError) -> State {
        do {
            return try CBOR.decode(Envelope<State>.self, from: payload).data
        } catch {
            throw BackplaneError(
                .incompatible,
                "the saved state of version \(version) is no \(State.self): \(error.message)")
        }
    }
}

extension SavedState {
    /// An envelope's outside, read before the state is.
    private struct Label: Decodable {
        let version: Int
    }

    /// Puts a state in its envelope: a map of `version` and `data`.
    package static func seal<State: Encodable>(
        _ state: State, version: Int
    ) throws(BackplaneError) -> [UInt8] {
        try Wire.encode(Envelope(version: version, data: state), what: "state")
    }

    /// Opens an envelope that a build with `versions` is to read.
    ///
    /// - Throws: `incompatible` when its version is none of them, or it is no envelope.
    init(opening payload: [UInt8], versions: ClosedRange<Int>) throws(BackplaneError) {
        let label: Label
        do {
            label = try CBOR.decode(Label.self, from: payload)
        } catch {
            throw BackplaneError(
                .incompatible, "what was saved is no state of a plugin: \(error.message)")
        }
        guard versions.contains(label.version) else {
            throw BackplaneError(
                .incompatible,
                """
                the saved state has version \(label.version), this build reads \
                \(versions.lowerBound == versions.upperBound
                    ? "\(versions.lowerBound)" : "\(versions.lowerBound) to \(versions.upperBound)")
                """)
        }
        version = label.version
        self.payload = payload
    }
}

/// What crosses the ABI: the version, and the state in it.
private struct Envelope<State> {
    let version: Int
    let data: State
}

extension Envelope: Encodable where State: Encodable {}
extension Envelope: Decodable where State: Decodable {}
