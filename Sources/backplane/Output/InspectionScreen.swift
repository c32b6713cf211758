// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneJSON
import BackplanePayload

/// The screen that `backplane inspect` shows.
struct InspectionScreen {
    var isColored = false

    /// Everything about a service.
    func text(_ service: ServiceInspection) -> String {
        var text = overview(service)
        if let plugin = service.plugin { text += section("plugin", lines(plugin)) }
        if let plugin = service.plugin { text += section("methods", plugin.methods.map(line)) }
        if service.configuration != .null {
            // What cannot be said in JSON, bytes and infinities aside, is not in configurations.
            let json = (try? JSON.print(service.configuration, pretty: true)) ?? "-"
            text += section("configuration", json.split(separator: "\n").map(String.init))
        }
        text += section(
            "generations",
            service.generations.map { generation in
                "\(generation.number)  \(generation.state) since \(generation.since)"
                    + (generation.build.map { "  build \($0)" } ?? "")
            })
        text += section(
            "exits", service.exits.map { "\($0.at)  \($0.worker)  \($0.how); \($0.decision)" })
        text += section("log", service.log.map { LogText.plain($0, isColored: isColored) })
        return text
    }

    /// Everything about the plugin in a file.
    func text(_ file: PluginFileReport) -> String {
        pairs(
            [("path", file.path), ("size", Quantity.size(bytes: file.size))] + facts(file.plugin))
            + section("methods", file.plugin.methods.map(line))
    }

    private func overview(_ service: ServiceInspection) -> String {
        let status = service.status
        let up = status.uptime.map { " for \(Quantity.age(seconds: $0))" } ?? ""
        var facts = [
            ("service", status.name), ("state", status.state + up), ("slot", status.slot),
            ("path", service.path ?? "-"),
        ]
        if let reason = status.reason { facts.append(("reason", reason)) }
        if let error = status.lastError {
            facts.append(("last error", "\(error.code): \(error.message) (\(error.at))"))
        }
        facts.append(("calls", "\(status.calls), \(status.errors) with an error"))
        facts += workers(status)
        facts.append(("restarts", "\(status.restarts)"))
        if let count = status.mappedGenerations {
            let size = Quantity.size(bytes: status.mappedBytes ?? 0)
            facts.append(("mapped", "\(count) generation\(count == 1 ? "" : "s"), \(size)"))
        }
        return pairs(facts)
    }

    private func workers(_ status: ServiceStatus) -> [(String, String)] {
        guard status.slot == "forked" else { return [] }
        let standbys = status.standbys.map { ", \($0) on standby" } ?? ""
        let source = status.template.map { ", forked from process \($0)" } ?? ""
        return [("workers", "\(status.workers) of \(status.wantedWorkers)\(standbys)\(source)")]
    }

    private func lines(_ plugin: PluginReport) -> [String] {
        pairs(facts(plugin)).split(separator: "\n").map(String.init)
    }

    private func facts(_ plugin: PluginReport) -> [(String, String)] {
        var facts = [("plugin", "\(plugin.name) \(plugin.version)")]
        if let summary = plugin.summary { facts.append(("summary", summary)) }
        return facts + [
            ("built with", "\(plugin.compiler), for \(plugin.target)"), ("abi", plugin.abi),
            ("state", plugin.stateWords),
        ]
    }

    private func line(_ method: MethodReport) -> String {
        let parameters = method.parameters.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        let marks = (method.isAsync ? ["async"] : []) + (method.isIdempotent ? ["idempotent"] : [])
        var line = "\(method.name)(\(parameters))"
        if !method.result.isEmpty { line += " → \(method.result)" }
        if !marks.isEmpty { line += "  [\(marks.joined(separator: ", "))]" }
        if let summary = method.summary { line += "  \(summary)" }
        return line
    }

    private func section(_ title: String, _ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        let head = Style.strong.apply(to: title, isColored: isColored)
        return "\n\(head)\n" + lines.map { "  \($0)\n" }.joined()
    }

    private func pairs(_ facts: [(String, String)]) -> String {
        let width = facts.map(\.0.count).max() ?? 0
        return facts.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value + "\n"
        }.joined()
    }
}
