// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Synchronization

/// Elements in order, for tasks that wait for them.
///
/// Adding never waits: who adds has a bound of its own. Any number of tasks may read; each element
/// goes to one of them.
final class WaitingLine<Element: Sendable>: Sendable {
    /// An object, so that nothing is done about its generic parts where there is none: that took a quarter
    /// of the time of a message.
    private final class Reader: Sendable {
        let number: Int
        let continuation: CheckedContinuation<Element?, Never>

        init(number: Int, continuation: CheckedContinuation<Element?, Never>) {
            self.number = number
            self.continuation = continuation
        }
    }

    private struct State {
        var elements = Deque<Element>()
        /// Mostly one: an array's first is quicker to take than a deque's of a generic element.
        var readers: [Reader] = []
        var isFinished = false
        var nextNumber = 0
    }

    /// What a reader finds.
    private enum Look {
        case wait
        case give(Element?)
    }

    private let state = Mutex(State())

    /// Adds an element, unless the line has ended.
    func append(_ element: Element) {
        let reader: Reader? = state.withLock { state in
            guard !state.isFinished else { return nil }
            if !state.readers.isEmpty { return state.readers.removeFirst() }
            state.elements.append(element)
            return nil
        }
        reader?.continuation.resume(returning: element)
    }

    /// Ends the line: what is in it can still be read.
    func finish() {
        let readers = state.withLock { state in
            state.isFinished = true
            defer { state.readers = [] }
            return state.readers
        }
        for reader in readers { reader.continuation.resume(returning: nil) }
    }

    /// Takes everything that is in the line.
    func takeAll() -> Deque<Element> {
        state.withLock { state in
            defer { state.elements = [] }
            return state.elements
        }
    }

    /// How many elements wait to be read.
    var count: Int { state.withLock { $0.elements.count } }

    /// Takes the next element, once it is there; `nil` after the last, and when the task is cancelled.
    func next() async -> Element? {
        if let element = state.withLock({ $0.elements.popFirst() }) { return element }
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wait(number, $0) }
        } onCancel: {
            giveUp(number)
        }
    }

    private func wait(_ number: Int, _ continuation: CheckedContinuation<Element?, Never>) {
        let isCancelled = Task.isCancelled
        let look: Look = state.withLock { state in
            if let element = state.elements.popFirst() { return .give(element) }
            // A cancellation that comes after this finds the reader in the line.
            guard !state.isFinished, !isCancelled else { return .give(nil) }
            state.readers.append(Reader(number: number, continuation: continuation))
            return .wait
        }
        if case .give(let element) = look { continuation.resume(returning: element) }
    }

    private func giveUp(_ number: Int) {
        let reader: Reader? = state.withLock { state in
            guard let index = state.readers.firstIndex(where: { $0.number == number }) else {
                return nil
            }
            return state.readers.remove(at: index)
        }
        reader?.continuation.resume(returning: nil)
    }
}
