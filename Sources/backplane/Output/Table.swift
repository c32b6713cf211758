// SPDX-License-Identifier: Apache-2.0

/// Lines in columns, as wide as their widest entry, two blanks apart.
struct Table {
    /// One entry.
    struct Cell {
        let text: String
        let style: Style?

        init(_ text: String, style: Style? = nil) {
            self.text = text
            self.style = style
        }
    }

    let headers: [String]
    /// The columns whose entries end at the same place: numbers.
    var rightAligned: Set<String> = []
    private var rows: [[Cell]] = []

    init(headers: [String], rightAligned: Set<String> = []) {
        self.headers = headers
        self.rightAligned = rightAligned
    }

    /// Adds a line; its entries are in the order of the headers.
    mutating func add(_ row: [Cell]) {
        rows.append(row)
    }

    /// The table as text.
    ///
    /// - Parameter columns: Where lines are cut; nil to show all of them.
    func text(isColored: Bool = false, columns: Int? = nil) -> String {
        let lines = [headers.map { Cell($0, style: .strong) }] + rows
        let widths = headers.indices.map { index in
            lines.map { $0[index].text.count }.max() ?? 0
        }
        return lines.map { line($0, widths, isColored, columns) + "\n" }.joined()
    }

    private func line(
        _ row: [Cell], _ widths: [Int], _ isColored: Bool, _ columns: Int?
    ) -> String {
        var line = ""
        var used = 0
        for (index, cell) in row.enumerated() {
            let isLast = index == row.count - 1
            var text = cell.text
            if let columns, isLast, used + text.count > columns {
                text = String(text.prefix(max(columns - used - 1, 0))) + "…"
            }
            let blanks = String(repeating: " ", count: max(widths[index] - text.count, 0))
            let styled = cell.style?.apply(to: text, isColored: isColored) ?? text
            if rightAligned.contains(headers[index]) {
                line += blanks + styled
            } else {
                line += isLast ? styled : styled + blanks
            }
            if !isLast { line += "  " }
            used += widths[index] + 2
        }
        return line
    }
}
