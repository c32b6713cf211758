// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// A step of a worker's life that will be answered, perhaps before anybody waits for that.
struct ExpectedStep: Sendable {
    let name: String
    /// By which the answer names it.
    let number: UInt64
    let answer: Promise<Frame?>

    init(_ name: String, by deadline: Instant, in environment: CallEnvironment) {
        self.name = name
        number = environment.nextNumber()
        answer = Promise(by: deadline, else: nil, in: environment.deadlines)
    }
}

/// The first steps of a worker's life.
///
/// A worker that has the plugin open is asked for all of them in one breath, before it runs: no step
/// waits for the answer to another on the way through the host. One that has not opens it first.
struct FirstSteps: Sendable {
    /// Asked for when the description is wanted, or when nothing is open yet.
    let open: ExpectedStep?
    let create: ExpectedStep
    /// Taken only if `create` goes well.
    let start: ExpectedStep?

    init(opens: Bool, starts: Bool, by deadline: Instant, in environment: CallEnvironment) {
        open = opens ? ExpectedStep("open", by: deadline, in: environment) : nil
        create = ExpectedStep("init", by: deadline, in: environment)
        start = starts ? ExpectedStep("start", by: deadline, in: environment) : nil
    }

    var all: [ExpectedStep] { [open, create, start].compactMap(\.self) }

    /// The frame that asks for opening, if that is one of the steps.
    func openFrame(_ plan: SlotPlan) -> Frame? {
        open.map { step in
            var frame = Self.open(plan)
            frame.number = step.number
            return frame
        }
    }

    /// The frame that asks for an instance, and has it started at once if that is one of the steps.
    func createFrame(_ plan: SlotPlan, _ context: InstanceContext) -> Frame {
        var frame = Self.create(plan, context, start: start?.number)
        frame.number = create.number
        return frame
    }

    static func open(_ plan: SlotPlan) -> Frame {
        var path = FieldWriter()
        path.append(plan.plugin.path)
        return Frame(
            .open, argument: UInt64(plan.environment.payloadLimit), fields: path.bytes)
    }

    static func create(
        _ plan: SlotPlan, _ context: InstanceContext, start: UInt64? = nil
    ) -> Frame {
        var fields = FieldWriter()
        for text in [context.service.name, context.identifier, context.directory] {
            fields.append(text)
        }
        fields.append(UInt64(plan.service.slot.number))
        fields.append(UInt64(plan.environment.payloadLimit))
        fields.append(UInt64(plan.service.concurrency ?? 1))
        fields.append(start ?? 0)
        return Frame(
            .create, argument: UInt64(context.generation), code: UInt32(context.worker),
            fields: fields.bytes, payload: plan.configuration)
    }
}
