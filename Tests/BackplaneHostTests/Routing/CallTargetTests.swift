// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct CallTargetTests {
    @Test(
        arguments: [
            ("tokenizer.encode", "tokenizer", "encode"), ("attention", nil, "attention"),
            ("a.b.c", "a", "b.c"), (".x", "", "x"), ("x.", "x", ""), ("", nil, ""), (".", "", ""),
            ("größe.länge", "größe", "länge"),
        ] as [(String, String?, String)])
    func `a target is a service's method or a function`(
        _ text: String, _ service: String?, _ method: String
    ) {
        let target = CallTarget(text)
        #expect(target.service == service)
        #expect(target.method == method)
        #expect(target.text == text)
    }
}
