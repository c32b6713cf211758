// SPDX-License-Identifier: Apache-2.0

import Foundation
import ReloadStorm

/// The long storms, then what reloads leave behind: `backplane-storm [REPLACEMENTS [SLOT…]]`.
///
/// Exits 1 when one is not clean, or leaves too much. Of slots that are named only the storms;
/// `growth` names what comes after them.
@main
struct StormProgram {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let replacements = arguments.first.flatMap { Int($0) } ?? 100
        let named = Array(arguments.dropFirst())
        var isClean = true
        let slots = named.isEmpty ? ["in-process", "async", "forked"] : named
        for slot in slots where slot != "growth" {
            let begin = ContinuousClock.now
            do {
                let report = try Storm(StormPlan(slot: slot, replacements: replacements)).run()
                let time = ((ContinuousClock.now - begin) / .seconds(1)).rounded()
                say("\(slot), \(time) s: \(report)")
                if !report.isClean { isClean = false }
            } catch {
                say("\(slot): \(error)")
                isClean = false
            }
        }
        if named.isEmpty || named.contains("growth"), !isGrowthBounded(reloads: 5 * replacements) {
            isClean = false
        }
        exit(isClean ? 0 : 1)
    }

    /// Whether what reloads leave behind stays within bounds.
    private static func isGrowthBounded(reloads: Int) -> Bool {
        var isBounded = true
        for (slot, kibibytes) in [("in-process", 200.0), ("async", 200), ("forked", 1)] {
            do {
                let growth = try Growth(slot: slot, reloads: reloads, warmUp: reloads).measure()
                say("\(slot), \(reloads) reloads: \(growth)")
                isBounded =
                    isBounded && growth.kibibytes < kibibytes && growth.descriptors == 0
                    && growth.threads <= 0 && growth.processes <= 0
            } catch {
                say("\(slot), \(reloads) reloads: \(error)")
                isBounded = false
            }
        }
        return isBounded
    }

    /// Writes a line at once: a storm takes minutes, and somebody may be watching.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
