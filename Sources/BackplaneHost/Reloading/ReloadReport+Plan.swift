// SPDX-License-Identifier: Apache-2.0

extension ReloadReport {
    /// The report of a file that is wrong: everything stays as it is.
    init(_ errors: ConfigurationErrors, isDry: Bool) {
        self.init(
            ok: false, isDry: isDry, errors: errors.errors.map { Fault($0) }, plan: [],
            services: [])
    }

    /// The report of what was, or would be, done.
    init(_ plan: [Change], services: [Service], isDry: Bool) {
        self.init(
            ok: !services.contains(where: \.isRefused), isDry: isDry, errors: [], plan: plan,
            services: services)
    }
}

extension ReloadReport.Fault {
    init(_ error: ConfigurationError) {
        self.init(
            file: error.file, line: error.line, column: error.column, message: error.message,
            help: error.help, text: error.description)
    }
}

extension ReloadReport.Change {
    init(_ plan: ServicePlan) {
        let kind =
            switch plan.kind {
            case .added: "added"
            case .removed: "removed"
            case .changed: "changed"
            }
        self.init(
            service: plan.service, change: kind,
            keys: plan.changes.map { Key(key: $0.key.rawValue, needs: $0.need.rawValue) },
            text: plan.words)
    }

    init(_ change: HostKeyChange) {
        self.init(
            service: HostService.name, change: "changed",
            keys: [
                Key(key: change.key, needs: change.isImmediate ? "nothing" : "restart-of-host")
            ], text: change.words)
    }

    /// A plugin whose bytes are not those that run, or that is loaded again although they are.
    init(rebuilt service: String, path: String, isSame: Bool) {
        self.init(
            service: service, change: isSame ? "forced" : "rebuilt", keys: [],
            text: "\(service): \(path) \(isSame ? "is the same" : "changed") "
                + "(\(ChangeNeed.generation.words))")
    }
}

extension ReloadPlan {
    /// The plan as reports show it.
    var report: [ReloadReport.Change] {
        host.map { ReloadReport.Change($0) } + services.map { ReloadReport.Change($0) }
    }
}
