// SPDX-License-Identifier: Apache-2.0

/// What is to happen to one service that is not the same in two configurations.
struct ServicePlan: Sendable, Equatable {
    /// A key that changed.
    struct Change: Sendable, Equatable {
        var key: ServiceKey
        var need: ChangeNeed
    }

    /// What became of the service.
    enum Kind: Sendable, Equatable {
        /// It is new.
        case added
        /// It is gone.
        case removed
        /// It stays, and these keys changed, in the order in which keys are documented.
        case changed([Change])
    }

    var service: String
    var kind: Kind

    /// What changed in a service; nil when nothing did.
    init?(from old: ServiceConfiguration, to new: ServiceConfiguration) {
        var changes: [Change] = []
        for field in ServiceField.all where field.differs(old, new) {
            let need = field.need(old, new)
            if let index = changes.firstIndex(where: { $0.key == field.key }) {
                changes[index].need = max(changes[index].need, need)
            } else {
                changes.append(Change(key: field.key, need: need))
            }
        }
        guard !changes.isEmpty else { return nil }
        self.init(service: new.name, kind: .changed(changes))
    }

    init(service: String, kind: Kind) {
        self.service = service
        self.kind = kind
    }

    /// The keys that changed; none unless the service stays.
    var changes: [Change] {
        if case .changed(let changes) = kind { changes } else { [] }
    }

    /// What the service needs for all its changes to take effect.
    var need: ChangeNeed {
        switch kind {
        case .added, .removed: .generation
        case .changed(let changes): changes.map(\.need).max() ?? .nothing
        }
    }

    /// One line for people: `echo: timeout (at once); config (new generation)`.
    var words: String {
        switch kind {
        case .added: return "\(service): added"
        case .removed: return "\(service): removed"
        case .changed(let changes):
            let parts = ChangeNeed.allCases.compactMap { need -> String? in
                let keys = changes.filter { $0.need == need }.map(\.key.rawValue)
                return keys.isEmpty ? nil : "\(keys.joined(separator: ", ")) (\(need.words))"
            }
            return "\(service): \(parts.joined(separator: "; "))"
        }
    }
}
