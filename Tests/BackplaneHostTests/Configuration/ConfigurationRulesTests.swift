// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

/// Every rule of the file as a whole and of its host section, broken once.
struct ConfigurationRulesTests {
    private static let serviceKeys =
        "plugin, slot, enabled, workers, standby, concurrency, queue, timeout, methods, retries, restart, "
        + "start-timeout, drain-timeout, kill-after, probation, swap, rehearse, max-generations, depends-on, may-call, messages-to, requests-to, config, env, limits, pool"

    @Test(arguments: [
        ("services: {}", "1:1 'version' is missing | add version: 1"),
        ("version: 2\nservices: {}", "1:10 unknown version 2 | expected 1"),
        ("version:\nservices: {}", "1:9 'version' cannot be empty | expected 1"),
        ("version: one\nservices: {}", "1:10 'version' cannot be 'one' | expected 1"),
        ("version: 1", "1:1 'services' is missing | add services: with a map"),
        ("", "1:1 the file is empty | begin with version: 1 and services:"),
        ("# nothing\n", "1:1 the file is empty | begin with version: 1 and services:"),
        ("[1]", "1:1 the file cannot be a list | expected a map"),
        ("hello", "1:1 the file cannot be 'hello' | expected a map"),
        ("version: 1\nservices: []", "2:11 'services' cannot be a list | expected a map"),
        (
            "version: 1\nservices: {}\nhots: {}",
            "3:1 unknown key 'hots' in the file | expected one of: version, host, defaults, services | did you mean 'host'?"
        ),
        ("version: 1\nservices: {}\nhost: 1", "3:7 host cannot be '1' | expected a map"),
        (
            "version: 1\nservices: {}\nhost: { stat: x }",
            "3:9 unknown key 'stat' in host | expected one of: state, plugins, reload, log, socket | did you mean 'state'?"
        ),
        (
            "version: 1\nservices: {}\nhost: { state: [a] }",
            "3:16 'state' of host cannot be a list | expected the path of a folder"
        ),
        (
            "version: 1\nservices: {}\nhost: { state: \"\" }",
            "3:16 'state' of host cannot be '' | expected the path of a folder"
        ),
        (
            "version: 1\nservices: {}\nhost: { state: 5 }",
            "3:16 'state' of host cannot be '5' | expected the path of a folder | put it in quotes"
        ),
        (
            "version: 1\nservices: {}\nhost: { plugins: a }",
            "3:18 'plugins' of host cannot be 'a' | expected a list | write [a]"
        ),
        (
            "version: 1\nservices: {}\nhost: { plugins: [[a]] }",
            "3:19 an entry of 'plugins' of host cannot be a list | expected the path of a folder"
        ),
        (
            "version: 1\nservices: {}\nhost: { reload: yes }",
            "3:17 'reload' of host cannot be 'yes' | expected true or false | write true"
        ),
        (
            "version: 1\nservices: {}\nhost: { log: { level: loud } }",
            "3:23 unknown level 'loud' for 'log' of host | expected one of: trace, debug, info, notice, warning, error, critical"
        ),
        (
            "version: 1\nservices: {}\nhost: { log: { level: warn } }",
            "3:23 unknown level 'warn' for 'log' of host | expected one of: trace, debug, info, notice, warning, error, critical | did you mean 'warning'?"
        ),
        (
            "version: 1\nservices: {}\nhost: { log: { format: jsn } }",
            "3:24 unknown format 'jsn' for 'log' of host | expected one of: auto, text, json | did you mean 'json'?"
        ),
        (
            "version: 1\nservices: {}\nhost: { socket: { mode: \"0644\" } }",
            "3:25 'socket.mode' of host cannot be '0644' | expected \"0600\" or \"0660\""
        ),
        (
            "version: 1\nservices: {}\nhost: { socket: { mode: 0600 } }",
            "3:25 'socket.mode' of host cannot be '0600' | expected \"0600\" or \"0660\" | put it in quotes"
        ),
        (
            "version: 1\nservices: {}\nhost: { socket: { group: ops } }",
            "3:19 'group' of 'socket' has no effect with mode \"0600\" | add mode: \"0660\""
        ),
        (
            "version: 1\nservices: {}\ndefaults: { plugin: A }",
            "3:13 unknown key 'plugin' in defaults | expected one of: \(serviceKeys.replacing("plugin, ", with: "").replacing("config, ", with: ""))"
        ),
        (
            "version: 1\nservices: {}\ndefaults: { workers: 0 }",
            "3:22 'workers' of defaults cannot be '0' | expected a whole number from 1 to 1024"
        ),
        (
            "version: 1\nservices: {}\ndefaults: { may-call: [a] }",
            "3:24 unknown service 'a' in 'may-call' of defaults | there is none"
        ),
        (
            "version: 1\nservices: {a: { plugin: A, plugn: B }}",
            "2:28 unknown key 'plugn' in service 'a' | expected one of: \(serviceKeys) | did you mean 'plugin'?"
        ),
        ("version: 1\nservices: {a: }", "2:15 service 'a' cannot be empty | expected a map"),
        ("version: 1\nservices: {a: Echo}", "2:15 service 'a' cannot be 'Echo' | expected a map"),
        (
            "version: 1\nservices: {a: {}}",
            "2:12 service 'a' names no plugin | add plugin: with the name of a plugin or a path to a .so"
        ),
        (
            "version: 1\nservices: {a: {plugin: 5}}",
            "2:24 'plugin' of service 'a' cannot be '5' | expected the name of a plugin or a path to a .so | put it in quotes"
        ),
        (
            "version: 1\nservices: {Abc: {plugin: A}}",
            "2:12 bad name 'Abc' for a service | expected a small letter, then small letters, digits, '-' and '_'"
        ),
        (
            "version: 1\nservices: {1a: {plugin: A}}",
            "2:12 bad name '1a' for a service | expected a small letter, then small letters, digits, '-' and '_'"
        ),
        (
            "version: 1\nservices: {a.b: {plugin: A}}",
            "2:12 bad name 'a.b' for a service | expected a small letter, then small letters, digits, '-' and '_'"
        ),
        (
            "version: 1\nservices: {é: {plugin: A}}",
            "2:12 bad name 'é' for a service | expected a small letter, then small letters, digits, '-' and '_'"
        ),
        ("version: 1\nservices: {host: {plugin: A}}", "2:12 the name 'host' is reserved"),
        ("version: 1\nservices: {rpc: {plugin: A}}", "2:12 the name 'rpc' is reserved"),
        (
            "version: 1\nservices:\n  a: {plugin: A}\n  a: {plugin: B}",
            "4:3 duplicate key 'a' | it is first set in line 3"
        ),
        (
            "version: 1\nversion: 1\nservices: {}",
            "2:1 duplicate key 'version' | it is first set in line 1"
        ),
    ])
    func `a rule of the file is kept`(text: String, complaint: String) {
        #expect(ConfigurationText(text).complaints() == [complaint])
    }
}
