// SPDX-License-Identifier: Apache-2.0

extension Report {
    /// A table: a heading for each section, a line for each measurement.
    var text: String {
        let width = rows.map(\.name.count).max() ?? 0
        var lines: [String] = []
        var heading = ""
        for row in rows {
            if row.section != heading {
                heading = row.section
                lines += lines.isEmpty ? ["[\(heading)]"] : ["", "[\(heading)]"]
            }
            lines.append(row.line(nameWidth: width))
        }
        lines += failures.map { "FAILED \($0.section): \($0.reason)" }
        return lines.joined(separator: "\n")
    }
}

extension Row {
    /// A line of the table.
    ///
    /// `name  value unit  (1.2 times futex ping-pong of 4 µs; at most 1.3: kept)  [where]`
    fileprivate func line(nameWidth: Int) -> String {
        var line = name + String(repeating: " ", count: max(0, nameWidth - name.count))
        line += "  \(Self.short(value)) \(unit)"
        var remarks: [String] = []
        if let reference, let ratio {
            remarks.append(
                "\(Self.short(ratio)) times \(reference.name) of "
                    + "\(Self.short(reference.value)) \(unit)")
        }
        switch bound {
        case .atMost(let limit): remarks.append("at most \(Self.short(limit)): \(verdict)")
        case .atLeast(let limit): remarks.append("at least \(Self.short(limit)): \(verdict)")
        case nil: break
        }
        if !remarks.isEmpty { line += "  (\(remarks.joined(separator: "; ")))" }
        if let placement { line += "  [\(placement)]" }
        return line
    }

    private var verdict: String { isKept ? "kept" : "MISSED" }

    /// The value with what matters of it: thousandths below one, else hundredths.
    private static func short(_ value: Double) -> String {
        let parts = abs(value) < 1 ? 1000.0 : 100
        return "\((value * parts).rounded() / parts)"
    }
}
