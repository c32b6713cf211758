// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Synchronization

/// Waiting for something of a worker on the thread that wants it.
extension HostChannel {
    /// Whether looking again and again is worth while: the worker is on another processor.
    @inline(__always)
    package var isWorthLooking: Bool {
        leases.isOn && peer.load32(RegionLayout.processor) != clinux_processor()
    }

    /// Looks for a while until `isDone`, and takes what comes for everybody.
    ///
    /// Not when the worker has other calls, too, nor on a thread that serves many: while this call is
    /// waited for, their callers could go on.
    ///
    /// - Returns: Whether it is done.
    @inline(__always)
    public func look(isPatient: Bool = false, until isDone: () -> Bool) -> Bool {
        if isDone() { return true }
        guard hasOneCall, isWorthLooking, clinux_thread_is_serving_many() == 0 else {
            return false
        }
        enter()
        defer { leave() }
        return spin(isPatient, until: isDone)
    }

    @inline(__always)
    private func spin(_ isPatient: Bool = false, until isDone: () -> Bool) -> Bool {
        budget.spin(isPatient: isPatient, while: { isWorthLooking }) {
            drain()
            return isDone()
        }
    }

    /// Looks, then sleeps on the worker's own bell, until `isDone`: no other thread is in between.
    ///
    /// What is done elsewhere is told with `nudge`. Between `enter` and `leave`.
    ///
    /// - Returns: Whether it is done; if not, another thread sleeps there already, or the worker is
    ///   gone, and this one has to be woken in another way.
    public func wait(isPatient: Bool = false, until isDone: () -> Bool) -> Bool {
        if isDone() { return true }
        if isWorthLooking, spin(isPatient, until: isDone) { return true }
        guard sleeper.enter() else { return false }
        defer { sleeper.leave() }
        var step = SleepStep.first
        var value: UInt32 = 0
        var hasSlept = false
        while true {
            switch step {
            case .noteBell: value = peer.load32(RegionLayout.bell)
            case .announce: _ = own.add32(RegionLayout.lookers, Lookers.sleeper)
            case .fence: clinux_fence()
            case .look:
                let isAny = drainToTheEnd { isDone() || isOver }
                if isDone() || isOver {
                    _ = own.add32(RegionLayout.lookers, 0 &- Lookers.sleeper)
                    return isDone()
                }
                if hasSlept, !isAny { noteSpurious() }
            case .sleep:
                hasSlept = true
                unsafe sleeper.sleep(on: peer.bell, value) { isDone() || isOver }
            case .withdraw:
                _ = own.add32(RegionLayout.lookers, 0 &- Lookers.sleeper)
                own.noteProcessor()
                // The worker may have come, too, to a place where looking is enough.
                if isWorthLooking, spin(until: isDone) { return true }
            }
            step = step.next
        }
    }

    /// Has the thread that sleeps in `wait` look again.
    public func nudge() {
        sleeper.nudge()
    }
}
