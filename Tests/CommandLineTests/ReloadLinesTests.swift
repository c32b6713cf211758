// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost
@testable import backplane_cli

struct ReloadLinesTests {
    private typealias Service = ReloadReport.Service

    private func report(
        _ services: [Service] = [], plan: [String] = [], errors: [String] = [], isDry: Bool = false
    ) -> ReloadReport {
        ReloadReport(
            version: 1, ok: errors.isEmpty, isDry: isDry,
            errors: errors.map { .init(file: "services.yaml", message: $0, text: $0) },
            plan: plan.map { .init(service: "a", change: "changed", keys: [], text: $0) },
            services: services)
    }

    @Test func `each outcome has its words`() {
        let lines = ReloadLines(
            report(
                [
                    Service(
                        name: "a", outcome: "switched", from: 1, to: 2,
                        phases: [
                            .init(name: "rehearse", milliseconds: 31),
                            .init(name: "switch", milliseconds: 0.2),
                        ]), Service(name: "b", outcome: "unchanged", from: 3, to: 3),
                    Service(name: "c", outcome: "configured", from: 3, to: 3),
                    Service(name: "d", outcome: "started", to: 1),
                    Service(name: "e", outcome: "waiting", reason: "waiting for its plugin"),
                    Service(name: "f", outcome: "stopped"),
                    Service(name: "g", outcome: "removed", from: 4),
                ], plan: ["a: config (new generation)"]))
        #expect(
            lines.output == [
                "plan: a: config (new generation)",
                "a: switched from generation 1 to 2 (rehearse 31 ms, switch 0.2 ms)",
                "b: unchanged, generation 3", "c: configured, still generation 3",
                "d: started, generation 1", "e: waiting for its plugin", "f: stopped",
                "g: removed",
            ])
        #expect(lines.errors.isEmpty)
    }

    @Test func `what stayed as it was is an error`() {
        let lines = ReloadLines(
            report([
                Service(name: "a", outcome: "refused", from: 1, to: 1, reason: "no luck"),
                Service(name: "b", outcome: "failed", reason: "no luck"),
            ]))
        #expect(lines.output.isEmpty)
        #expect(
            lines.errors == [
                "error: a: stays on generation 1: no luck", "error: b: no luck",
            ])
    }

    @Test func `a file that is wrong is told, then how much is wrong`() {
        let one = ReloadLines(report(errors: ["x"]))
        #expect(one.errors == ["x", "1 error; nothing was changed"])
        let two = ReloadLines(report(errors: ["x", "y"]))
        #expect(two.errors.last == "2 errors; nothing was changed")
    }

    @Test func `a dry run with nothing to do says so`() {
        #expect(ReloadLines(report(isDry: true)).output == ["plan: nothing to do"])
        #expect(ReloadLines(report(plan: ["p"], isDry: true)).output == ["plan: p"])
    }
}
