// SPDX-License-Identifier: Apache-2.0

/// Writes the program of a thread; labels may be used before they are placed.
struct ProgramWriter {
    private var instructions: [Instruction] = []
    /// Where each label is, by its number.
    private var places: [Int?] = []

    mutating func label() -> Int {
        places.append(nil)
        return places.count - 1
    }

    mutating func place(_ label: Int) {
        places[label] = instructions.count
    }

    /// A label that is here.
    mutating func here() -> Int {
        let label = label()
        place(label)
        return label
    }

    mutating func write(_ instruction: Instruction) {
        instructions.append(instruction)
    }

    mutating func store(_ word: Word, _ value: UInt8) {
        write(.store(word) { _ in value })
    }

    mutating func jump(_ label: Int, when condition: @escaping (Registers) -> Bool = { _ in true })
    {
        write(.jump(label, when: condition))
    }

    mutating func compute(_ body: @escaping (inout Registers) -> Void) {
        write(.compute(body))
    }

    /// What was read for the moment is needed no more: fewer states are told apart.
    mutating func forget() {
        compute { ($0.a, $0.b, $0.c, $0.count) = (0, 0, 0, 0) }
    }

    /// The program, its labels replaced by where they are.
    var program: [Instruction] {
        instructions.map { instruction in
            switch instruction {
            case .swap(let word, let old, let new, let label):
                .swap(word, old, new, otherwise: place(of: label))
            case .either(let label): .either(place(of: label))
            case .jump(let label, let condition): .jump(place(of: label), when: condition)
            default: instruction
            }
        }
    }

    private func place(of label: Int) -> Int {
        guard let place = places[label] else { preconditionFailure("label \(label) is nowhere") }
        return place
    }
}
