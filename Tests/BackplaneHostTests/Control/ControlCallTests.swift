// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneHost

/// A call of a connection and what it holds on to.
struct ControlCallTests {
    @Test(arguments: ["echo", "wait"])
    func `a call that has ended is let go`(method: String) throws {
        let gateway = FakeGateway()
        let mailbox = ControlMailbox(bell: try Bell())
        weak var leftover: ControlCall?
        do {
            let call = ControlCall(number: 1, mailbox: mailbox)
            leftover = call
            call.start(
                RPCCall(
                    identifier: nil, method: method, params: nil, arguments: .null,
                    options: CallOptions()),
                through: gateway)
        }
        #expect((leftover == nil) == (method == "echo"))
        _ = gateway.start(
            "release", arguments: .null, options: CallOptions(), audience: SilentAudience())
        #expect(leftover == nil)
        #expect(mailbox.take().count == 1)
    }

    private final class SilentAudience: CallAudience {
        func received(_ message: Payload, from identifier: String, in call: any RunningCall) {}
        func received(_ question: any CallQuestion) {}
        func finished(with outcome: Outcome) {}
    }
}
