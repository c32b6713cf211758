// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Where the two sides of a measurement ran.
struct Placement: CustomStringConvertible {
    /// How the two sides lie to each other.
    enum Kind: String, CaseIterable {
        case sameCore = "same core"
        case otherCore = "other core"
        case unpinned
    }

    let kind: Kind
    /// The CPU of the side that measures, and of the other; `nil` for those left to the scheduler.
    var caller: Int32?
    var worker: Int32?
    /// In which part of the samples both were on one CPU, where somebody looked.
    var sharedPart: Double?

    /// Where the sides are put for a kind of placement.
    ///
    /// - Throws: `OneProcessor` when there is no other core.
    init(_ kind: Kind) throws {
        self.kind = kind
        switch kind {
        case .sameCore:
            caller = Processors.near
            worker = Processors.near
        case .otherCore:
            guard let far = Processors.far else { throw OneProcessor() }
            caller = Processors.near
            worker = far
        case .unpinned: break
        }
    }

    /// Puts this process on one side and others on the other, all of their threads, while `body`
    /// runs.
    func holding<Result>(
        _ workers: some Sequence<pid_t>, _ body: () async throws -> Result
    ) async throws -> Result {
        for process in workers { try Processors.pin(process: process, to: worker) }
        try Processors.pin(process: getpid(), to: caller)
        let result: Result
        do {
            result = try await body()
        } catch {
            try Processors.pin(process: getpid(), to: nil)
            throw error
        }
        try Processors.pin(process: getpid(), to: nil)
        return result
    }

    var description: String {
        var text = kind.rawValue
        if let caller, let worker { text += ", cpu \(caller) and \(worker)" }
        if kind == .unpinned, let sharedPart {
            text += ", on one cpu in \(Int((sharedPart * 100).rounded())) % of the samples"
        }
        return text
    }

    /// The machine has one CPU for us, and the bounds are about two.
    struct OneProcessor: Error, CustomStringConvertible {
        var description: String { "needs two CPUs, and this program may use one" }
    }
}
