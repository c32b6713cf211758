// SPDX-License-Identifier: Apache-2.0

/// A word that the threads of a model share.
enum Word: Int, CaseIterable {
    /// How far the sending side has written.
    case head
    /// How far it was read.
    case tail
    /// What the sending side rings.
    case bell
    /// Whether the eventfd has news.
    case event
    /// Threads that look by themselves, and whether one of them sleeps on the bell.
    case lookers
    /// How many they are, where that is counted apart.
    case count
    /// The lock of the reading end.
    case readLock
    /// The sleeper's place: 0 free, 1 awake, 2 asleep.
    case place
    case nudges
    /// Whether the frame that somebody waits for was taken.
    case done
    /// The sending side has more than there is room for.
    case wantsRoom
    /// The same of the sending side, and the bell that it sleeps on.
    case senderLookers
    case senderBell
    /// The lock of the sending end, and what waits behind it.
    case sendLock
    case queued
}

/// One access of a thread to shared words, or a step of its own.
enum Instruction {
    /// Goes into the thread's store buffer; others see it later, in order.
    case store(Word, (Registers) -> UInt8)
    case load(Word, WritableKeyPath<Registers, UInt8>)
    /// Waits until the store buffer is empty.
    case fence
    /// Adds at once for all to see, and gives the sum.
    case add(Word, UInt8, WritableKeyPath<Registers, UInt8>)
    /// Compares and swaps at once for all to see, and goes to the label when the value is another.
    case swap(Word, UInt8, UInt8, otherwise: Int)
    /// Blocks until the word has the first value, then swaps it for the second.
    case await(Word, UInt8, UInt8)
    /// Sleeps while both words have the values: a futex.
    case sleep([(Word, KeyPath<Registers, UInt8>)])
    /// Goes on, or to the label: both are tried.
    case either(Int)
    case compute((inout Registers) -> Void)
    case jump(Int, when: (Registers) -> Bool)
}

/// What a thread keeps to itself.
struct Registers: Hashable {
    var a: UInt8 = 0
    var b: UInt8 = 0
    var c: UInt8 = 0
    var bell: UInt8 = 0
    var nudge: UInt8 = 0
    var count: UInt8 = 0
    /// Whether a pass took something, or found somebody at it.
    var isAny: UInt8 = 0
    /// How many frames this thread has still to send.
    var left: UInt8 = 0
}

/// Threads with programs, and every order in which they can run.
///
/// The memory is that of x86: stores wait in a buffer until their thread fences, swaps, or it pleases
/// the processor. Nobody wakes for nothing, because that would hide what is lost.
struct Machine {
    struct Thread: Hashable {
        var counter = 0
        var registers = Registers()
        var buffer: [UInt16] = []
    }

    struct State: Hashable {
        var memory: [UInt8]
        var threads: [Thread]
    }

    /// What became of a search.
    struct Result {
        var states = 0
        /// One state in which nobody can go on and something was forgotten, if there is one.
        var lost: State?
    }

    let programs: [[Instruction]]
    /// Words that are not 0 in the beginning.
    var initial: [Word: UInt8] = [:]

    /// Tries everything.
    ///
    /// - Parameter isFine: Whether a state in which nobody can go on may be.
    func explore(isFine: (State) -> Bool) -> Result {
        var memory = [UInt8](repeating: 0, count: Word.allCases.count)
        for (word, value) in initial { memory[word.rawValue] = value }
        var first = State(
            memory: memory, threads: programs.map { _ in Thread() })
        for index in programs.indices { settle(index, &first) }
        var seen: Set<State> = [first]
        var open = [first]
        var result = Result()
        while let state = open.popLast() {
            result.states += 1
            var isStuck = true
            for index in programs.indices {
                for next in successors(of: state, thread: index) {
                    isStuck = false
                    if seen.insert(next).inserted { open.append(next) }
                }
            }
            if isStuck, !isFine(state) {
                result.lost = state
                return result
            }
        }
        return result
    }

    func hasEnded(_ thread: Int, _ state: State) -> Bool {
        state.threads[thread].counter == programs[thread].count
    }

    // MARK: One step

    private func successors(of state: State, thread index: Int) -> [State] {
        let thread = state.threads[index]
        var found: [State] = []
        if let oldest = thread.buffer.first {
            var next = state
            next.memory[Int(oldest >> 8)] = UInt8(truncatingIfNeeded: oldest)
            next.threads[index].buffer.removeFirst()
            settle(index, &next)
            found.append(next)
        }
        guard thread.counter < programs[index].count else { return found }
        var next = state
        if run(programs[index][thread.counter], index, &next) {
            settle(index, &next)
            found.append(next)
        }
        if case .either(let label) = programs[index][thread.counter] {
            var other = state
            other.threads[index].counter = label
            settle(index, &other)
            found.append(other)
        }
        return found
    }

    /// Runs what nobody else can tell the time of, up to the next access: a store is only seen once it
    /// leaves the buffer, which is a step of its own.
    private func settle(_ index: Int, _ state: inout State) {
        while state.threads[index].counter < programs[index].count {
            switch programs[index][state.threads[index].counter] {
            case .compute(let body):
                body(&state.threads[index].registers)
                state.threads[index].counter += 1
            case .jump(let label, let condition):
                let isTaken = condition(state.threads[index].registers)
                state.threads[index].counter =
                    isTaken ? label : state.threads[index].counter + 1
            case .store(let word, let value):
                let byte = value(state.threads[index].registers)
                state.threads[index].buffer.append(UInt16(word.rawValue) << 8 | UInt16(byte))
                state.threads[index].counter += 1
            case .fence:
                guard state.threads[index].buffer.isEmpty else { return }
                state.threads[index].counter += 1
            default: return
            }
        }
    }

    /// Makes an access; false when it has to wait.
    private func run(_ instruction: Instruction, _ index: Int, _ state: inout State) -> Bool {
        let isFlushed = state.threads[index].buffer.isEmpty
        let registers = state.threads[index].registers
        var target: Int?
        switch instruction {
        case .load(let word, let register):
            state.threads[index].registers[keyPath: register] = Self.value(word, index, state)
        case .fence:
            guard isFlushed else { return false }
        case .add(let word, let amount, let register):
            guard isFlushed else { return false }
            let sum = state.memory[word.rawValue] &+ amount
            state.memory[word.rawValue] = sum
            state.threads[index].registers[keyPath: register] = sum
        case .swap(let word, let old, let new, let label):
            guard isFlushed else { return false }
            if state.memory[word.rawValue] == old {
                state.memory[word.rawValue] = new
            } else {
                target = label
            }
        case .await(let word, let old, let new):
            guard isFlushed, state.memory[word.rawValue] == old else { return false }
            state.memory[word.rawValue] = new
        case .sleep(let words):
            guard isFlushed,
                words.contains(where: { word, register in
                    state.memory[word.rawValue] != registers[keyPath: register]
                })
            else { return false }
        case .either, .compute, .jump, .store: break
        }
        state.threads[index].counter = target ?? state.threads[index].counter + 1
        return true
    }

    private static func value(_ word: Word, _ index: Int, _ state: State) -> UInt8 {
        let own = state.threads[index].buffer.last { Int($0 >> 8) == word.rawValue }
        return own.map { UInt8(truncatingIfNeeded: $0) } ?? state.memory[word.rawValue]
    }
}
