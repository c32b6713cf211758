// SPDX-License-Identifier: Apache-2.0

import CBackplane
import Synchronization

/// The functions that an instance provides, by the numbers under which the host knows them.
final class ProvidedFunctions: Sendable {
    private struct Entry {
        let body: FunctionBody
        let box: FunctionBox
    }

    private let host: HostTable
    private let entries = Mutex<[Entry]>([])

    init(host: HostTable) { self.host = host }

    /// Publishes a function under `name`.
    func add(_ name: String, _ body: FunctionBody) throws(BackplaneError) {
        guard let functions = HostFunctions(of: host) else {
            throw BackplaneError(.unavailable, "this host takes no functions")
        }
        let box = body.box()
        // The number is taken before the host knows of it: a call may come at once.
        let number = entries.withLock { entries in
            entries.append(Entry(body: body, box: box))
            return entries.count - 1
        }
        let code = functions.provide(name, number: UInt32(number), box, isAsync: body.isAsync)
        if let code {
            box.retire()
            throw BackplaneError(
                code, "the function '\(name)' was not taken: its name is in use or malformed")
        }
    }

    /// The function of that number.
    func body(_ number: UInt32) -> FunctionBody? {
        entries.withLock { entries in
            entries.indices.contains(Int(number)) ? entries[Int(number)].body : nil
        }
    }

    /// Lets go of all closures.
    ///
    /// No call of them is running.
    func retire() {
        let all = entries.withLock { entries in
            defer { entries = [] }
            return entries
        }
        for entry in all { entry.box.retire() }
    }
}
