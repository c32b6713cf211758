// SPDX-License-Identifier: Apache-2.0

import Foundation
import ReloadStorm

/// The long storms: `backplane-storm [REPLACEMENTS [SLOT…]]`; exits 1 when one is not clean.
@main
struct StormProgram {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let replacements = arguments.first.flatMap { Int($0) } ?? 100
        let named = Array(arguments.dropFirst())
        var isClean = true
        for slot in named.isEmpty ? ["in-process", "async", "forked"] : named {
            let begin = ContinuousClock.now
            do {
                let report = try Storm(StormPlan(slot: slot, replacements: replacements)).run()
                let time = ((ContinuousClock.now - begin) / .seconds(1)).rounded()
                print("\(slot), \(time) s: \(report)")
                if !report.isClean { isClean = false }
            } catch {
                print("\(slot): \(error)")
                isClean = false
            }
        }
        exit(isClean ? 0 : 1)
    }
}
