// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Where the messages of the host's own methods come from; nothing comes back to it.
final class HostMessages: CallSource {
    let identifier = HostService.name
    private let method: String

    /// - Parameter method: Whose messages they are.
    init(method: String) {
        self.method = method
    }

    func forward(_ message: Payload, of call: Call?, done: @escaping @Sendable () -> Void) {
        done()
    }

    func answer(_ question: Question, of call: Call?) {
        question.respond(.error(.unanswerable(method)))
    }
}
