// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// Decides what a scheduler does next.
///
/// Pure: it is told what happened and says what to do, in order. Of the scheduler's own news one is
/// told at a time; the next waits until all have heard of it. Submissions go by their numbers:
///
/// `submit` → announce → `announced` → begin → `ended`, or drop → `ended` for one that never ran.
struct SchedulerMachine {
    /// The scheduler's own news.
    enum News: Sendable, Hashable {
        case started, empty, timeout, stop, finishing, finished
    }

    /// What is to be done; each of the first four comes back as an event.
    enum Action: Sendable, Hashable {
        /// Tell everybody, then say `told`.
        case tell(News)
        /// Tell that it was submitted, then say `announced`.
        case announce(UInt64)
        /// Run it, then say `ended`.
        case begin(UInt64)
        /// Tell that it was cancelled, then say `ended`.
        case drop(UInt64)
        /// Cancel it while it runs; it still ends.
        case cancel(UInt64)
        /// Say `waited` after this time.
        case watch(Duration)
        /// The run is over.
        case end(ExitState.Code)
    }

    /// How a run goes.
    struct Terms: Sendable {
        var endsOnEmpty = true
        var wait = Waiting.forRunning
    }

    private enum Phase: Hashable {
        case idle
        /// Nothing of what was submitted is told before everybody has heard of the start.
        case starting
        case running
        case ending(ExitState.Code)
    }

    private let limit: Int
    private var phase = Phase.idle
    private var terms = Terms()
    private var news = Deque<News>()
    private var isTelling = false
    /// Whether `empty` was told since the last submission.
    private var hasToldEmpty = false
    /// Whether everybody knows that the run ends: from then on nothing is spared.
    private var isClearing = false
    private var hasToldFinished = false

    private var unannounced: [UInt64] = []
    private var announcing: Set<UInt64> = []
    /// Those that were announced, or are about to be, in the order in which they begin.
    private var queue = Deque<UInt64>()
    private var ready: Set<UInt64> = []
    private var live: [UInt64] = []
    private var dropping: Set<UInt64> = []
    /// Those that were cancelled before they could begin.
    private var unwanted: Set<UInt64> = []

    /// - Parameter limit: How many run at once.
    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Whether it takes submissions.
    var isOpen: Bool { phase == .starting || phase == .running }

    /// Whether there is a run.
    var isRunning: Bool { phase != .idle }

    /// How many submissions have not ended.
    var pending: Int {
        unannounced.count + queue.count + live.count + dropping.count
    }

    // MARK: The run

    /// Begins a run; `nil` if there is one.
    mutating func start(_ terms: Terms) -> [Action]? {
        guard phase == .idle else { return nil }
        self.terms = terms
        phase = .starting
        hasToldEmpty = false
        isClearing = false
        hasToldFinished = false
        return tell(.started)
    }

    /// Ends the run; the first reason counts.
    mutating func stop(_ code: ExitState.Code) -> [Action] {
        guard isOpen else { return [] }
        phase = .ending(code)
        var actions: [Action] = []
        switch code {
        case .exhausted: break
        case .timeout: actions += tell(.timeout)
        case .stopped, .cancelled, .exception: actions += tell(.stop)
        }
        return actions + tell(.finishing) + announceAll()
    }

    /// Ends the run and spares nothing of what still runs.
    mutating func abort() -> [Action] {
        terms.wait = .forNothing
        return isClearing ? live.map { .cancel($0) } : stop(.cancelled)
    }

    /// Says that everybody has heard of the news.
    mutating func told() -> [Action] {
        guard isTelling, let last = news.popFirst() else { return [] }
        isTelling = false
        var actions: [Action] = []
        switch last {
        case .started:
            if phase == .starting { phase = .running }
            actions += announceAll()
        case .empty:
            // Not if something was submitted meanwhile, even if that has ended again.
            if phase == .running, hasToldEmpty, terms.endsOnEmpty { actions += stop(.exhausted) }
        case .timeout, .stop: break
        case .finishing: actions += clear()
        case .finished:
            guard case .ending(let code) = phase else { break }
            phase = .idle
            return [.end(code)]
        }
        return actions + goOn()
    }

    /// Says that the time is over that running submissions were given.
    mutating func waited() -> [Action] {
        isClearing ? live.map { .cancel($0) } : []
    }

    // MARK: Submissions

    /// Takes a submission; `nil` when it can't run any more.
    mutating func submit(_ number: UInt64) -> [Action]? {
        guard isOpen else { return nil }
        hasToldEmpty = false
        guard phase == .running else {
            unannounced.append(number)
            return []
        }
        return announce([number])
    }

    /// Says that everybody has heard of the submission.
    mutating func announced(_ number: UInt64) -> [Action] {
        guard announcing.remove(number) != nil else { return [] }
        guard unwanted.remove(number) == nil, !isClearing else { return drop(number) + fill() }
        ready.insert(number)
        return fill()
    }

    /// Says that nothing more comes of the submission.
    mutating func ended(_ number: UInt64) -> [Action] {
        if let index = live.firstIndex(of: number) { live.remove(at: index) }
        dropping.remove(number)
        return fill() + goOn()
    }

    /// Cancels one submission.
    mutating func cancel(_ number: UInt64) -> [Action] {
        if ready.contains(number) { return drop(number) + fill() }
        if live.contains(number) { return [.cancel(number)] }
        if announcing.contains(number) || unannounced.contains(number) { unwanted.insert(number) }
        return []
    }

    // MARK: Steps

    /// Tells news now, or once those before it were told.
    private mutating func tell(_ next: News) -> [Action] {
        news.append(next)
        return goOn()
    }

    /// Tells the next news, if it is time.
    private mutating func goOn() -> [Action] {
        guard !isTelling else { return [] }
        if news.isEmpty, pending == 0 {
            switch phase {
            case .running where !hasToldEmpty:
                hasToldEmpty = true
                news.append(.empty)
            case .ending where isClearing && !hasToldFinished:
                hasToldFinished = true
                news.append(.finished)
            case .idle, .starting, .running, .ending: break
            }
        }
        guard let next = news.first else { return [] }
        isTelling = true
        return [.tell(next)]
    }

    private mutating func announceAll() -> [Action] {
        // What was submitted while the start was told is told after it.
        guard !(isTelling && news.first == .started) else { return [] }
        defer { unannounced = [] }
        return announce(unannounced)
    }

    private mutating func announce(_ numbers: [UInt64]) -> [Action] {
        announcing.formUnion(numbers)
        queue.append(contentsOf: numbers)
        return numbers.map { .announce($0) }
    }

    /// Begins what is ready, in the order of submission, while there is room.
    private mutating func fill() -> [Action] {
        var actions: [Action] = []
        while phase == .running, live.count < limit, let next = queue.first,
            ready.remove(next) != nil
        {
            queue.removeFirst()
            live.append(next)
            actions.append(.begin(next))
        }
        return actions
    }

    private mutating func drop(_ number: UInt64) -> [Action] {
        if let index = queue.firstIndex(of: number) { queue.remove(at: index) }
        ready.remove(number)
        dropping.insert(number)
        return [.drop(number)]
    }

    /// What waits never begins; what runs gets the time that the run's terms give it.
    private mutating func clear() -> [Action] {
        isClearing = true
        var actions: [Action] = queue.filter { ready.contains($0) }.flatMap { drop($0) }
        switch terms.wait {
        case .forRunning: break
        case .forNothing: actions += live.map { .cancel($0) }
        case .atMost(let limit): if !live.isEmpty { actions.append(.watch(limit)) }
        }
        return actions
    }
}
