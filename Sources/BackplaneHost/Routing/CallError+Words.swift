// SPDX-License-Identifier: Apache-2.0

/// The errors that the host itself ends calls with, so that each is worded in one place.
extension CallError {
    /// There is no service of this name.
    public static func unknownService(_ name: String, among known: some Sequence<String>) -> Self {
        Self(.notFound, "no service '\(name)'" + NearestName.hint(for: name, among: known))
    }

    /// The service has no method of this name.
    public static func unknownMethod(
        _ method: String, of service: String, among known: some Sequence<String>
    ) -> Self {
        let hint = NearestName.hint(for: method, among: known)
        return Self(.notFound, "service '\(service)' has no method '\(method)'\(hint)")
    }

    /// The target is not of the form `service.method`.
    public static func malformedTarget(_ target: String) -> Self {
        Self(.notFound, "'\(target)' is not a method; write it as service.method")
    }

    /// The call did not end within its time.
    public static func deadlineExceeded(_ target: String, after timeout: Duration) -> Self {
        Self(.deadlineExceeded, "\(target) did not end within \(DurationWords.text(timeout))")
    }

    /// The caller no longer wants the outcome.
    public static func cancelled(_ target: String) -> Self {
        Self(.cancelled, "\(target) was cancelled")
    }

    /// As many calls wait as may; nothing ran.
    public static func overloaded(_ service: String, queue: Int) -> Self {
        Self(.overloaded, "service '\(service)' has \(queue) calls waiting and takes no more")
    }

    /// The service cannot take calls now; nothing ran.
    public static func unavailable(_ service: String, because reason: String) -> Self {
        Self(.unavailable, "service '\(service)' is not available: \(reason)")
    }

    /// The worker died while it ran the call.
    public static func crashed(_ target: String, worker: String, how: String) -> Self {
        Self(.crashed, "worker \(worker) \(how) while it ran \(target)")
    }

    /// The caller may not call this service.
    public static func permissionDenied(_ caller: String, calling target: String) -> Self {
        Self(
            .permissionDenied,
            "service '\(caller)' may not call \(target); its key may-call does not list it")
    }

    /// Calls nest deeper than they may: most likely they go in a circle.
    public static func tooDeep(_ target: String, limit: Int) -> Self {
        Self(.tooDeep, "\(target) would be call \(limit + 1) of a chain that may have \(limit)")
    }

    /// A payload is larger than may cross.
    public static func tooLarge(_ what: String, _ size: Int, limit: Int) -> Self {
        Self(.tooLarge, "\(what) take \(size) bytes, at most \(limit) may cross")
    }

    /// A request was asked that nobody answers.
    public static func unanswerable(_ target: String) -> Self {
        Self(
            .unavailable,
            "nobody answers requests of \(target): its caller attached no handler (onRequest, or"
                + " --answer on the command line), and the service has no requests-to")
    }

    /// The caller's own code failed while it dealt with a call.
    static func handlerThrew(_ error: any Error) -> Self {
        Self(
            .failed, "the caller's handler threw: \(error)",
            type: String(reflecting: Swift.type(of: error)))
    }
}
