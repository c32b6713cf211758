// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Makes the calls that come from outside of any service, and the attempts that follow one that failed.
final class Retrier: Sendable {
    private let router: Router
    /// What all of them have in common: a service that fails is not to get more calls for it.
    private let budget = RetryBudget()

    init(router: Router) {
        self.router = router
    }

    /// Begins the first attempt of a call of which nothing but the outcome is wanted, where there is a short
    /// way for it.
    func begin(_ target: CallTarget, _ arguments: Payload, timeout: Duration?) -> PlainCall? {
        guard let call = router.begin(target, arguments, timeout: timeout, retrier: self) else {
            return nil
        }
        budget.deposit()
        return call
    }

    /// Notes that a call is made whose first attempt is made elsewhere.
    func noteCall() { budget.deposit() }

    /// A call whose attempts are made one after the other, as the service of its target wants it.
    func call(
        _ request: CallRequest, options: CallOptions = CallOptions(), audience: any CallAudience
    ) -> OutermostCall {
        OutermostCall(
            request, options: options, audience: audience, router: router, budget: budget)
    }
}
