// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

/// The table that `backplane ps` shows.
struct StatusTable {
    let services: [ServiceStatus]
    var isWide = false

    /// The table as text.
    func text(isColored: Bool = false, columns: Int? = nil) -> String {
        let wide =
            isWide
            ? [
                "WORKERS", "RESTARTS", "ERR%", "P50", "IN-FLIGHT", "MEM", "GENERATIONS", "MAPPED",
            ] : []
        var table = Table(
            headers: ["NAME", "STATE", "SLOT", "GEN", "UPTIME", "CALLS", "P99"] + wide
                + ["LAST-ERROR"],
            rightAligned: [
                "GEN", "UPTIME", "CALLS", "P99", "WORKERS", "RESTARTS", "ERR%", "P50", "IN-FLIGHT",
                "MEM", "GENERATIONS", "MAPPED",
            ])
        for service in services {
            table.add(row(service) + (isWide ? wideRow(service) : []) + [lastError(service)])
        }
        return table.text(isColored: isColored, columns: columns)
    }

    private func row(_ service: ServiceStatus) -> [Table.Cell] {
        [
            Table.Cell(service.name),
            Table.Cell(service.state, style: Self.style(of: service.state)),
            Table.Cell(service.slot),
            Table.Cell(service.generation.map { "\($0)" } ?? "-"),
            Table.Cell(service.uptime.map { Quantity.age(seconds: $0) } ?? "-"),
            Table.Cell("\(service.calls)"),
            Table.Cell(service.p99.map { Quantity.latency(microseconds: $0) } ?? "-"),
        ]
    }

    private func wideRow(_ service: ServiceStatus) -> [Table.Cell] {
        [
            Table.Cell(
                service.wantedWorkers > 0 ? "\(service.workers)/\(service.wantedWorkers)" : "-"),
            Table.Cell("\(service.restarts)"),
            Table.Cell(Quantity.percentage(service.errors, of: service.calls)),
            Table.Cell(service.p50.map { Quantity.latency(microseconds: $0) } ?? "-"),
            Table.Cell("\(service.inFlight)"),
            Table.Cell(service.memory.map { Quantity.size(bytes: $0) } ?? "-"),
            Table.Cell(service.mappedGenerations.map { "\($0)" } ?? "-"),
            Table.Cell(service.mappedBytes.map { Quantity.size(bytes: $0) } ?? "-"),
        ]
    }

    /// The last error; of a service that is not as it should be, the reason for that.
    private func lastError(_ service: ServiceStatus) -> Table.Cell {
        let isUp = service.state == "running"
        let error = service.lastError.map { "\($0.code): \($0.message)" }
        let text = isUp ? error : service.reason ?? error
        return Table.Cell((text ?? "-").split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    private static func style(of state: String) -> Style {
        switch state {
        case "running": .good
        case "failed": .bad
        case "stopped", "disabled": .faint
        default: .busy
        }
    }
}
