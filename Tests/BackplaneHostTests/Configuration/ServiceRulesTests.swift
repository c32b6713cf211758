// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

/// Every rule of services, broken once.
struct ServiceRulesTests {
    @Test(arguments: [
        (
            "slot: proces",
            "5:11 unknown slot 'proces' for service 'echo' | expected one of: in-process, async, forked | did you mean 'forked'?"
        ),
        (
            "slot: thread",
            "5:11 unknown slot 'thread' for service 'echo' | expected one of: in-process, async, forked | did you mean 'async'?"
        ),
        (
            "slot: asink",
            "5:11 unknown slot 'asink' for service 'echo' | expected one of: in-process, async, forked"
        ),
        (
            "slot: on",
            "5:11 unknown slot 'on' for service 'echo' | expected one of: in-process, async, forked"
        ),
        (
            "slot: [async]",
            "5:11 'slot' of service 'echo' cannot be a list | expected one of: in-process, async, forked"
        ),
        (
            "slot:",
            "5:10 'slot' of service 'echo' cannot be empty | expected one of: in-process, async, forked"
        ),
        (
            "enabled: no",
            "5:14 'enabled' of service 'echo' cannot be 'no' | expected true or false | write false"
        ),
        ("enabled: 1", "5:14 'enabled' of service 'echo' cannot be '1' | expected true or false"),
        (
            "enabled: \"true\"",
            "5:14 'enabled' of service 'echo' cannot be 'true' | expected true or false | write true"
        ),
        (
            "workers: 0",
            "5:14 'workers' of service 'echo' cannot be '0' | expected a whole number from 1 to 1024"
        ),
        (
            "workers: -1",
            "5:14 'workers' of service 'echo' cannot be '-1' | expected a whole number from 1 to 1024"
        ),
        (
            "workers: 1025",
            "5:14 'workers' of service 'echo' cannot be '1025' | expected a whole number from 1 to 1024"
        ),
        (
            "workers: 1.0",
            "5:14 'workers' of service 'echo' cannot be '1.0' | expected a whole number from 1 to 1024"
        ),
        (
            "workers: \"4\"",
            "5:14 'workers' of service 'echo' cannot be '4' | expected a whole number from 1 to 1024"
        ),
        (
            "workers: {a: 1}",
            "5:14 'workers' of service 'echo' cannot be a map | expected a whole number from 1 to 1024"
        ),
        (
            "workers: 99999999999999999999",
            "5:14 'workers' of service 'echo' cannot be '99999999999999999999' | expected a whole number from 1 to 1024"
        ),
        (
            "concurrency: 0",
            "5:18 'concurrency' of service 'echo' cannot be '0' | expected a whole number from 1 to 1000000"
        ),
        (
            "queue: -1",
            "5:12 'queue' of service 'echo' cannot be '-1' | expected a whole number from 0 to 1000000"
        ),
        (
            "timeout: 30",
            "5:14 'timeout' of service 'echo' cannot be '30' | expected a duration above zero such as 30s, or none | add a unit: 30s or 30ms"
        ),
        (
            "timeout: 0s",
            "5:14 'timeout' of service 'echo' cannot be '0s' | expected a duration above zero such as 30s, or none | the units are d, h, m, s, ms, us and ns"
        ),
        (
            "timeout: -5s",
            "5:14 'timeout' of service 'echo' cannot be '-5s' | expected a duration above zero such as 30s, or none"
        ),
        (
            "timeout: 1.5",
            "5:14 'timeout' of service 'echo' cannot be '1.5' | expected a duration above zero such as 30s, or none | add a unit, such as s or ms"
        ),
        (
            "timeout: ~",
            "5:14 'timeout' of service 'echo' cannot be empty | expected a duration above zero such as 30s, or none"
        ),
        (
            "start-timeout: none",
            "5:20 'start-timeout' of service 'echo' cannot be 'none' | expected a duration above zero such as 30s | the units are d, h, m, s, ms, us and ns"
        ),
        (
            "drain-timeout: 10 s",
            "5:20 'drain-timeout' of service 'echo' cannot be '10 s' | expected a duration such as 250ms | the units are d, h, m, s, ms, us and ns"
        ),
        ("methods: [train]", "5:14 'methods' of service 'echo' cannot be a list | expected a map"),
        (
            "methods: { m: 1h }",
            "5:19 'methods.m' of service 'echo' cannot be '1h' | expected a map"
        ),
        (
            "methods: { m: { queue: 1 } }",
            "5:21 unknown key 'queue' in 'methods.m' of service 'echo' | expected one of: timeout, retries"
        ),
        (
            "methods: { m: { timeout: 1 } }",
            "5:30 'methods.m.timeout' of service 'echo' cannot be '1' | expected a duration above zero such as 30s, or none | add a unit: 1s or 1ms"
        ),
        ("retries: 3", "5:14 'retries' of service 'echo' cannot be '3' | expected a map"),
        (
            "retries: { mx: 3 }",
            "5:16 unknown key 'mx' in 'retries' of service 'echo' | expected one of: max, delay, backoff | did you mean 'max'?"
        ),
        (
            "retries: { max: -1 }",
            "5:21 'retries.max' of service 'echo' cannot be '-1' | expected a whole number from 0 to 1000"
        ),
        (
            "retries: { backoff: 0.5 }",
            "5:25 'retries.backoff' of service 'echo' cannot be '0.5' | expected a number from 1.0 to 100.0"
        ),
        (
            "retries: { backoff: .nan }",
            "5:25 'retries.backoff' of service 'echo' cannot be '.nan' | expected a number from 1.0 to 100.0"
        ),
        (
            "restart: { policy: sometimes }",
            "5:24 unknown policy 'sometimes' for 'restart' of service 'echo' | expected one of: always, on-failure, never"
        ),
        (
            "restart: { policy: on_failure }",
            "5:24 unknown policy 'on_failure' for 'restart' of service 'echo' | expected one of: always, on-failure, never | did you mean 'on-failure'?"
        ),
        (
            "restart: { limit: 0 }",
            "5:23 'restart.limit' of service 'echo' cannot be '0' | expected a whole number from 1 to 1000000"
        ),
        (
            "restart: { within: 5s }",
            "5:16 'restart.within' of service 'echo' has no effect without a limit | add limit: with how many restarts are too many"
        ),
        (
            "kill-after: 1",
            "5:17 'kill-after' of service 'echo' cannot be '1' | expected a duration such as 250ms | add a unit: 1s or 1ms"
        ),
        (
            "probation: none",
            "5:16 'probation' of service 'echo' cannot be 'none' | expected a duration such as 250ms | the units are d, h, m, s, ms, us and ns"
        ),
        (
            "swap: overlp",
            "5:11 unknown swap 'overlp' for service 'echo' | expected one of: overlap, replace | did you mean 'overlap'?"
        ),
        (
            "rehearse: init",
            "5:15 unknown rehearse 'init' for service 'echo' | expected one of: create, open | did you mean 'create'?"
        ),
        (
            "max-generations: 0",
            "5:22 'max-generations' of service 'echo' cannot be '0' | expected a whole number from 1 to 1000000"
        ),
        (
            "depends-on: echo",
            "5:17 'depends-on' of service 'echo' cannot be 'echo' | expected a list | write [echo]"
        ),
        (
            "depends-on: [ecko]",
            "5:18 unknown service 'ecko' in 'depends-on' of service 'echo' | expected one of: echo | did you mean 'echo'?"
        ),
        (
            "depends-on: [host]",
            "5:18 unknown service 'host' in 'depends-on' of service 'echo' | expected one of: echo"
        ),
        (
            "depends-on: [x-a]",
            "5:18 unknown service 'x-a' in 'depends-on' of service 'echo' | expected one of: echo | what begins with x- is not read"
        ),
        (
            "depends-on: [1]",
            "5:18 an entry of 'depends-on' of service 'echo' cannot be '1' | expected the name of a service | put it in quotes"
        ),
        ("depends-on: [echo]", "5:18 services depend on each other in a cycle: echo → echo"),
        (
            "may-call: [a]",
            "5:16 unknown service 'a' in 'may-call' of service 'echo' | expected one of: echo"
        ),
        ("may-call:", "5:14 'may-call' of service 'echo' cannot be empty | expected a list"),
        (
            "messages-to: a.b",
            "5:18 unknown service 'a' in 'messages-to' of service 'echo' | expected one of: echo"
        ),
        (
            "messages-to: echo",
            "5:18 'messages-to' of service 'echo' cannot be 'echo' | expected service.method"
        ),
        (
            "requests-to: .b",
            "5:18 'requests-to' of service 'echo' cannot be '.b' | expected service.method"
        ),
        (
            "requests-to: a.",
            "5:18 'requests-to' of service 'echo' cannot be 'a.' | expected service.method"
        ),
        (
            "env: { A: b }",
            "5:5 'env' of service 'echo' has no effect in slot 'async' | only a forked service has an environment of its own"
        ),
        (
            "limits: { cpu: 1s }",
            "5:5 'limits' of service 'echo' has no effect in slot 'async' | only a forked service has limits of its own"
        ),
        (
            "standby: 1",
            "5:5 'standby' of service 'echo' has no effect in slot 'async' | only a forked service has workers that stand by"
        ),
        (
            "config: ${NO}",
            "5:13 variable 'NO' is not set | set it in the environment or in .env, or write ${NO:-default}"
        ),
        ("config: a ${NO:?say it} b", "5:15 variable 'NO' is not set: say it"),
        (
            "config: $NO",
            "5:13 a variable is written with braces | write ${NO}, or $$NO for a dollar sign"
        ),
        ("config: ${file:none}", "5:13 file 'none' does not exist"),
        ("config: {a: 1, a: 2}", "5:20 duplicate key 'a' | it is first set in line 5"),
    ])
    func `a rule of services is kept`(line: String, complaint: String) {
        #expect(ConfigurationText.service(line).complaints() == [complaint])
    }

    @Test(arguments: [
        (
            "memory: 512",
            "'limits.memory' of service 'echo' cannot be '512' | expected a size above zero such as 512MiB | add a unit: 512MiB or 512KiB"
        ),
        (
            "memory: 0MiB",
            "'limits.memory' of service 'echo' cannot be '0MiB' | expected a size above zero such as 512MiB"
        ),
        (
            "cpu: 60",
            "'limits.cpu' of service 'echo' cannot be '60' | expected a duration above zero such as 30s | add a unit: 60s or 60ms"
        ),
        (
            "open-files: 3",
            "'limits.open-files' of service 'echo' cannot be '3' | expected a whole number from 16 to 1000000"
        ),
        (
            "disk: 1GiB",
            "unknown key 'disk' in 'limits' of service 'echo' | expected one of: memory, cpu, open-files"
        ),
    ])
    func `a limit of a worker has its unit`(limit: String, complaint: String) {
        let complaints = ConfigurationText.service("slot: forked", "limits: { \(limit) }")
            .complaints()
        #expect(complaints.count == 1)
        #expect(complaints.first?.hasSuffix(complaint) == true, "\(complaints)")
    }

    @Test(arguments: ["A=B: x", "\"\": x"])
    func `a variable of a worker has a name that can be one`(entry: String) {
        let complaints = ConfigurationText.service("slot: forked", "env:", "  \(entry)")
            .complaints()
        #expect(complaints.count == 1)
        #expect(complaints.first?.hasSuffix("is no variable's name") == true)
    }

    @Test(arguments: [
        (
            "A:",
            "7:9 'env.A' of service 'echo' cannot be empty | expected a text | write \"\" for an empty text"
        ),
        ("A: [b]", "7:10 'env.A' of service 'echo' cannot be a list | expected a text"),
        ("A: \"b\\0\"", "7:10 'env.A' of service 'echo' cannot be 'b\\u{0}' | expected a text"),
    ])
    func `a variable of a worker is a text`(entry: String, complaint: String) {
        let text = ConfigurationText.service("slot: forked", "env:", "  \(entry)")
        #expect(text.complaints() == [complaint])
    }

    @Test func `a cycle is named`() {
        let text = ConfigurationText(
            """
            version: 1
            services:
              a: { plugin: A, depends-on: [b] }
              b: { plugin: B, depends-on: [d, c] }
              c: { plugin: C, depends-on: [a] }
              d: { plugin: D }
            """)
        let complaint = "3:32 services depend on each other in a cycle: a → b → c → a"
        #expect(text.complaints() == [complaint])
    }

    @Test func `a slot that is wrong brings no complaint about what it would allow`() {
        let complaints = ConfigurationText.service("slot: x", "env: { A: b }").complaints()
        #expect(complaints.count == 1)
    }

    @Test func `an error in defaults is told once`() {
        let text = ConfigurationText(
            "version: 1\ndefaults: { slot: x, depends-on: [no] }\n"
                + "services: { a: { plugin: A }, b: { plugin: B } }")
        #expect(text.complaints().count == 2)
    }

    @Test func `a secret shows in no complaint`() {
        let lines = [
            "slot: ${file:s}", "workers: ${file:s}", "timeout: ${file:s}", "enabled: ${file:s}",
            "may-call: ${file:s}", "messages-to: ${file:s}", "depends-on: [\"${file:s}\"]",
            "requests-to: ${file:s}.a", "config: !!int ${file:s}",
        ]
        for line in lines {
            var text = ConfigurationText.service(line)
            text.files = ["/app/s": "hunter2"]
            #expect(!text.complaints().isEmpty)
            #expect(!text.complaints().joined().contains("hunter2"), "\(line)")
        }
    }
}
