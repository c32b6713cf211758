// SPDX-License-Identifier: Apache-2.0

/// An order to start, stop or restart services, carried out for a call.
struct ServiceOrder: Sendable {
    private let method: HostMethod
    private let services: [Host.ManagedService]
    private let wait: Bool

    /// - Parameter wait: Whether the call ends when the order is carried out, or at once.
    init(_ method: HostMethod, _ services: [Host.ManagedService], wait: Bool) {
        self.method = method
        self.services = services
        self.wait = wait
    }

    /// Begins, and completes `call` with what came of it.
    func carryOut(for call: Call) {
        // Goes on when the caller stops waiting: an order that was given is carried out.
        Task(name: "host.\(method.rawValue)") {
            let before = services.map { $0.supervisor.condition.now }
            if !wait { report(to: call, before: before) }
            for managed in services {
                switch method {
                case .start: await managed.supervisor.start()
                case .stop: await managed.supervisor.stop()
                default: await managed.supervisor.restart()
                }
            }
            if wait { report(to: call, before: before) }
        }
    }

    private func report(to call: Call, before: [ServiceCondition.Reading]) {
        let changes = zip(services, before).map { managed, before in
            let now = managed.supervisor.condition.now
            return ServiceChanges.Change(
                name: managed.service.name, state: now.state.name,
                changed: method == .restart || now.state.name != before.state.name,
                error: wait && !isDone(now.state) ? now.state.reason : nil)
        }
        do {
            try HostService.answer(call, ServiceChanges(services: changes))
        } catch {
            call.complete(.error(.internal, "\(error)"))
        }
    }

    private func isDone(_ state: ServiceState) -> Bool {
        method == .stop ? state == .stopped : state == .running
    }
}
