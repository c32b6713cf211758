// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Testing

@testable import backplane_cli

struct StatusTableTests {
    private static let services = [
        ServiceStatus.sample("echo", calls: 12, p99: 850.4, uptime: 42, mapped: (3, 921_600)),
        ServiceStatus.sample(
            "tokenizer", slot: "async", generation: 12, calls: 1_234_567, errors: 18_519, p50: 40,
            p99: 12_340, uptime: 7_500, workers: 3, wanted: 4, restarts: 2,
            error: ("deadline-exceeded", "tokenizer.train did not end within 30 seconds")),
        ServiceStatus.sample(
            "compute", slot: "forked", state: "backing-off", calls: 3, errors: 3, workers: 0,
            wanted: 2, restarts: 7, memory: 35_756_441, reason: "the worker died of SIGSEGV\nagain",
            error: ("crashed", "worker compute/1#1 died")),
        ServiceStatus.sample("off", state: "disabled"),
    ]

    @Test func `the table shows what is asked for most, in columns`() {
        #expect(
            StatusTable(services: Self.services).text() == """
                NAME       STATE        SLOT        GEN  UPTIME    CALLS     P99  LAST-ERROR
                echo       running      in-process    1     42s       12   850µs  -
                tokenizer  running      async        12   2h05m  1234567  12.3ms  deadline-exceeded: tokenizer.train did not end within 30 seconds
                compute    backing-off  forked        -       -        3       -  the worker died of SIGSEGV again
                off        disabled     in-process    -       -        0       -  -

                """)
    }

    @Test func `the wide table has more columns before the last error`() {
        #expect(
            StatusTable(services: Self.services, isWide: true).text(columns: 150) == """
                NAME       STATE        SLOT        GEN  UPTIME    CALLS     P99  WORKERS  RESTARTS  ERR%     P50  IN-FLIGHT      MEM  GENERATIONS  MAPPED  LAST-ERROR
                echo       running      in-process    1     42s       12   850µs        -         0    0%       -          0        -            3  900KiB  -
                tokenizer  running      async        12   2h05m  1234567  12.3ms      3/4         2  1.5%  40.0µs          0        -            -       -  deadline-…
                compute    backing-off  forked        -       -        3       -      0/2         7  100%       -          0  34.1MiB            -       -  the worke…
                off        disabled     in-process    -       -        0       -        -         0    0%       -          0        -            -       -  -

                """)
    }

    @Test func `colours change nothing but colours`() {
        let plain = StatusTable(services: Self.services).text()
        let colored = StatusTable(services: Self.services).text(isColored: true)
        #expect(colored.contains("\u{1b}[32mrunning\u{1b}[0m"))
        #expect(colored.contains("\u{1b}[33mbacking-off\u{1b}[0m"))
        #expect(colored.replacing(/\u{1b}\[[0-9]+m/, with: "") == plain)
    }

    @Test func `without services there is the head`() {
        #expect(
            StatusTable(services: []).text()
                == "NAME  STATE  SLOT  GEN  UPTIME  CALLS  P99  LAST-ERROR\n")
    }
}
