// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Which generation of each service is known to be in charge, and of which version each is.
final class Announcements: Sendable {
    private struct State {
        var current: [StormService: Int] = [:]
        var versions: [StormService: [Int: Int]] = [:]
    }

    private let state = Mutex(State())

    /// Notes that this generation has taken over, and which version it has to be of.
    func announce(_ generation: Int, of service: StormService, version: Int) {
        state.withLock {
            $0.current[service] = generation
            $0.versions[service, default: [:]][generation] = version
        }
    }

    /// The generations in charge, by their services.
    func generations(of services: [StormService]) -> [Int] {
        state.withLock { state in services.map { state.current[$0] ?? 0 } }
    }

    /// Whether an answer's version is that of its generation.
    ///
    /// A generation that has not been announced yet is of the version that it first said.
    func isRight(_ answer: StormAnswer) -> Bool {
        state.withLock {
            let version = $0.versions[answer.service]?[answer.generation]
            if let version { return version == answer.version }
            $0.versions[answer.service, default: [:]][answer.generation] = answer.version
            return true
        }
    }
}
