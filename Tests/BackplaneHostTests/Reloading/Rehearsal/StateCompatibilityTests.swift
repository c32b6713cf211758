// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import Testing

@testable import BackplaneHost

/// Every way in which the states of two builds can suit each other.
struct StateCompatibilityTests {
    private func plugin(
        _ version: UInt32? = nil, reads: ClosedRange<UInt32> = 1...1,
        writes: ClosedRange<UInt32>? = nil, hasState: Bool = true
    ) -> PluginDescription {
        PluginDescription(
            name: "echo", version: "1", hasState: hasState,
            state: version.flatMap { version in
                StateVersions(
                    version: version, readsFrom: reads.lowerBound, readsTo: reads.upperBound,
                    writesFrom: writes?.lowerBound ?? version,
                    writesTo: writes?.upperBound ?? version)
            })
    }

    private func outcome(
        _ running: PluginDescription, _ candidate: PluginDescription
    ) -> StateCompatibility {
        StateCompatibility(from: running, to: candidate, service: "echo")
    }

    @Test func `what the new build reads needs nothing`() {
        #expect(outcome(plugin(1), plugin(1)) == .readable)
        #expect(outcome(plugin(1), plugin(2, reads: 1...2)) == .readable)
        #expect(outcome(plugin(3), plugin(2, reads: 2...9)) == .readable)
        #expect(outcome(plugin(1), plugin(1)).version == nil)
    }

    @Test func `what it does not read is converted, losing as little as can be`() {
        #expect(
            outcome(plugin(3, writes: 1...3), plugin(2, reads: 1...2)) == .convertible(to: 2))
        #expect(
            outcome(plugin(5, writes: 2...5), plugin(2, reads: 1...2)) == .convertible(to: 2))
        #expect(outcome(plugin(1, writes: 1...4), plugin(4, reads: 3...4)) == .convertible(to: 3))
        #expect(outcome(plugin(3, writes: 1...3), plugin(2, reads: 1...2)).version == 2)
    }

    @Test func `versions that nobody tells are tried`() {
        #expect(outcome(plugin(), plugin(1)) == .unknown)
        #expect(outcome(plugin(1), plugin()) == .unknown)
        #expect(outcome(plugin(), plugin()) == .unknown)
    }

    @Test func `where there was none, there is nothing to hand over`() {
        let none = plugin(hasState: false)
        #expect(outcome(none, plugin(1)) == .nothing)
        #expect(outcome(none, none) == .nothing)
    }

    @Test func `a build without state drops what there is, and says so`() {
        guard case .dropped(let words) = outcome(plugin(1), plugin(hasState: false)) else {
            Issue.record("it is not dropped")
            return
        }
        #expect(words.contains("service 'echo' keeps is lost"))
    }

    @Test func `what neither side can bridge is refused, with both sides and the remedy`() {
        guard
            case .refused(let error) = outcome(
                plugin(4, writes: 3...4), plugin(2, reads: 1...2))
        else {
            Issue.record("it is not refused")
            return
        }
        #expect(error.code == .incompatible)
        #expect(
            error.message
                == "plugin 'echo' reads version 1 to 2 of its state, the running generation of service "
                + "'echo' saves version 4 and writes 3 to 4; have it read version 4 too (see "
                + "readsStateVersions), or restart the service to begin without")
    }

    @Test(arguments: [
        (SlotKind.forked, 1, true, false), (.forked, 2, true, true), (.forked, 2, false, false),
        (.async, 2, true, false), (.inProcess, 2, true, false),
    ])
    func `state and several worker processes do not go together`(
        slot: SlotKind, workers: Int, hasState: Bool, isRefused: Bool
    ) {
        let service = ServiceConfiguration(
            name: "echo", plugin: .name("Echo"), slot: slot, workers: workers)
        let error = StateCompatibility.placement(of: plugin(hasState: hasState), in: service)
        #expect((error != nil) == isRefused)
        #expect(error == nil || error?.code == .incompatible)
    }
}
