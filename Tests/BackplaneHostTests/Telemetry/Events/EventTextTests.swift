// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct EventTextTests {
    private let event = HostEvent(
        number: 7, time: Timestamp(seconds: 0.25), service: "echo", kind: .switched,
        generation: 2, cause: "lib.so changed", hash: "1a2b3c4d5e6f7081",
        phases: [
            HostEvent.Phase(name: "rehearsed", duration: .milliseconds(31)),
            HostEvent.Phase(name: "switched", duration: .microseconds(200)),
        ], message: "words")

    @Test func `an event is one line for people`() {
        #expect(
            EventText.plain(HostEventEntry(event))
                == "1970-01-01T00:00:00.250Z echo/2 switched (lib.so changed) build 1a2b3c4d: "
                + "rehearsed 31 ms, switched 0.2 ms; words")
    }

    @Test func `what is not known is left out`() {
        let bare = HostEvent(
            number: 1, time: Timestamp(seconds: 0), service: "host", kind: .configured)
        #expect(EventText.plain(HostEventEntry(bare)) == "1970-01-01T00:00:00.000Z host configured")
    }

    @Test func `no text breaks the line or reaches the terminal's controls`() {
        var hostile = event
        hostile.message = "a\nb\u{1b}[2J"
        hostile.cause = "c\r\n"
        hostile.hash = "\u{7}"
        let line = EventText.plain(HostEventEntry(hostile), isColored: false)
        #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test func `what is severe stands out`() {
        var refused = event
        refused.kind = .refused
        let line = EventText.plain(HostEventEntry(refused), isColored: true)
        #expect(line.contains("\u{1b}[33mrefused\u{1b}[0m"))
    }

    @Test(arguments: [
        (Duration.nanoseconds(900), "p 0 ms"), (.microseconds(210), "p 0.21 ms"),
        (.microseconds(1500), "p 1.5 ms"), (.milliseconds(31), "p 31 ms"),
        (.seconds(90), "p 90000 ms"),
    ])
    func `phases are told in milliseconds`(duration: Duration, words: String) {
        #expect(
            HostEventEntry.Phase(HostEvent.Phase(name: "p", duration: duration)).words == words)
    }
}
