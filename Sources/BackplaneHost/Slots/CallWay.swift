// SPDX-License-Identifier: Apache-2.0

/// Where the calls of a service lead that an instance may call, for as long as nothing has changed of what
/// that depends on.
final class CallWay: Sendable {
    let router: Router
    let receiver: any CallReceiver
    private let target: KnownTarget
    /// The terms of the caller, kept so that no other ones come to lie where they do.
    private let terms: ServiceTerms.Edition
    /// The table that the receiver was found in.
    private let table: UInt

    /// Finds the way to a target's service; nothing where there is no such service.
    init?(
        to target: KnownTarget, _ service: String, under terms: ServiceTerms.Edition,
        by router: Router
    ) {
        // Ahead of the look into it, so that a change in between is seen.
        table = router.receiverTable
        guard let receiver = router.receiver(service) else { return nil }
        self.target = target
        self.router = router
        self.receiver = receiver
        self.terms = terms
    }

    /// Whether it is the way to a target, and all is as it was.
    func leads(to target: KnownTarget, under terms: ServiceTerms.Edition) -> Bool {
        self.target === target && self.terms === terms && table == router.receiverTable
    }
}
