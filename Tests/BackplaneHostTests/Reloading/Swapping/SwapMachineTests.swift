// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

@Suite struct SwapMachineTests {
    static let shapes: [SwapMachine.Shape] = [false, true].flatMap { state in
        [false, true].flatMap { replaces in
            [false, true].map {
                SwapMachine.Shape(carriesState: state, replaces: replaces, rehearses: $0)
            }
        }
    }

    private func steps(of shape: SwapMachine.Shape) -> [SwapStep] {
        var machine = SwapMachine(shape)
        var steps: [SwapStep] = []
        while let step = machine.next {
            steps.append(step)
            machine.advance()
        }
        return steps
    }

    @Test func `a stateless swap never holds a call`() {
        #expect(
            steps(of: SwapMachine.Shape()) == [.rehearse, .create, .start, .switchOver])
    }

    @Test func `a state is saved when nothing runs and restored before the start`() {
        #expect(
            steps(of: SwapMachine.Shape(carriesState: true)) == [
                .rehearse, .create, .hold, .drain, .save, .check, .restore, .start, .switchOver,
            ])
    }

    @Test func `what replaces stops the old one before it makes the new one`() {
        #expect(
            steps(of: SwapMachine.Shape(carriesState: true, replaces: true)) == [
                .rehearse, .hold, .drain, .save, .check, .stopOld, .create, .restore, .start,
                .switchOver,
            ])
    }

    /// Plays a swap that fails at one step, on a service that is modelled by four facts.
    private struct Model {
        var old = "serving"
        var candidate = "none"
        var isHeld = false

        mutating func take(_ step: SwapStep) {
            switch step {
            case .hold: isHeld = true
            case .create: candidate = "made"
            case .stopOld: old = "stopped"
            case .switchOver:
                candidate = "serving"
                old = "retired"
                isHeld = false
            case .rehearse, .drain, .save, .check, .restore, .start: break
            }
        }

        mutating func undo(_ undoing: SwapStep.Undoing) {
            switch undoing {
            case .dropCandidate: candidate = "none"
            case .release: isHeld = false
            case .bringBack:
                old = "serving"
                isHeld = false
            }
        }
    }

    @Test(arguments: shapes)
    func `whichever step fails, the old generation serves and nothing is left`(
        shape: SwapMachine.Shape
    ) {
        for failing in 0..<(steps(of: shape).count - 1) {
            var machine = SwapMachine(shape)
            var model = Model()
            for _ in 0..<failing {
                if let step = machine.next { model.take(step) }
                machine.advance()
            }
            // The step that fails may have done its work, or half of it.
            for hasEffect in [false, true] {
                var model = model
                if hasEffect, let step = machine.next { model.take(step) }
                for undoing in machine.undoing { model.undo(undoing) }
                #expect(model.old == "serving" && model.candidate == "none" && !model.isHeld)
            }
        }
    }

    @Test(arguments: shapes)
    func `a swap that succeeds ends with the candidate in charge`(shape: SwapMachine.Shape) {
        var model = Model()
        for step in steps(of: shape) { model.take(step) }
        #expect(model.candidate == "serving" && model.old == "retired" && !model.isHeld)
    }
}
