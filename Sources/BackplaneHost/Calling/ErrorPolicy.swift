// SPDX-License-Identifier: Apache-2.0

/// What follows from an error of a caller's own code, or of a task.
public struct ErrorPolicy: Sendable {
    /// What is done about one error.
    public enum Action: Sendable, Hashable {
        /// What runs is ended, and the error thrown to whoever waits for it.
        case raise

        /// What runs is ended.
        case end

        /// Everything else goes on.
        case `continue`
    }

    /// What is done about the errors that match.
    public struct Rule: Sendable {
        let action: Action
        private let matching: @Sendable (any Error) -> Bool

        /// Errors of a type; of a class, subclasses too; of a protocol, all that conform to it.
        public static func on<Failure: SendableMetatype>(
            _ type: Failure.Type, _ action: Action
        ) -> Rule {
            Rule(action: action) { $0 is Failure }
        }

        /// Calls that ended with this code.
        public static func on(_ code: OutcomeCode, _ action: Action) -> Rule {
            Rule(action: action) { ($0 as? CallError)?.code == code }
        }

        private init(action: Action, matching: @escaping @Sendable (any Error) -> Bool) {
            self.action = action
            self.matching = matching
        }

        func matches(_ error: any Error) -> Bool { matching(error) }
    }

    private let rules: [Rule]
    private let otherwise: Action

    /// Every error ends what runs and is thrown to whoever waits for it.
    public static let raise = ErrorPolicy(rules: [], otherwise: .raise)

    /// Every error ends what runs.
    public static let end = ErrorPolicy(rules: [], otherwise: .end)

    /// No error ends anything but what it happened in.
    public static let `continue` = ErrorPolicy(rules: [], otherwise: .continue)

    /// The first rule that matches counts; an error that none matches is raised.
    public static func first(_ rules: Rule...) -> ErrorPolicy {
        ErrorPolicy(rules: rules, otherwise: .raise)
    }

    /// What is done about an error.
    public func action(for error: any Error) -> Action {
        rules.first { $0.matches(error) }?.action ?? otherwise
    }
}
