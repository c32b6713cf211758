// SPDX-License-Identifier: Apache-2.0

import OracleSupport

/// Replaces the plugin of one service again and again, by two versions in turn.
///
/// For one thread.
final class Replacer {
    private let service: StormService
    private let versions: [PatchedPlugin]
    private let path: String
    private let announcements: Announcements
    private let follower: EventFollower
    private(set) var report = StormReport()

    init(
        _ service: StormService, at path: String, announcements: Announcements,
        follower: EventFollower
    ) throws {
        self.service = service
        self.path = path
        self.announcements = announcements
        self.follower = follower
        let built = try PatchedPlugin(service.product)
        versions = [try built.version(1), try built.version(2)]
    }

    /// Replaces it `count` times, each time once the last one is in charge.
    func run(_ count: Int) {
        do {
            for number in 1..<(count + 1) { try replace(number) }
        } catch {
            report.note("\(service.rawValue) was not replaced: \(error)")
        }
    }

    private func replace(_ number: Int) throws {
        let heard = follower.events.count
        let begin = ContinuousClock.now
        try versions[number % 2].install(at: path)
        let event = try follower.wait("a switch of \(service.rawValue)", after: heard) {
            $0.service == service.rawValue && $0.isVerdict
        }
        guard event.kind == "switched", let generation = event.generation else {
            throw Deadline.Passed(
                description: "\(event.kind) instead of switched: \(event.message ?? "")")
        }
        announcements.announce(generation, of: service, version: number % 2 + 1)
        report.switches.append((event.time - begin) / .milliseconds(1))
        report.replaced += 1
    }
}
