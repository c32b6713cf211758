// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

/// One file in which much is wrong, and all that is said about it.
struct ConfigurationExampleTests {
    private static let file = """
        version: 1
        host:
          log: { level: inf }
        defaults:
          timeout: 30
        services:
          greeter:
            plugin: Greeter
            slot: proces
            workrs: 4
          store:
            plugin: Store
            depends-on: [greeter, index]
            may-call: [grieter]
            env: { MODE: fast }
            config:
              key: ${STORE_KEY}
              key: again
          index:
            slot: forked
            depends-on: [store]
            limits: {}
          Search: { plugin: Search, restart: { delay: 5 } }

        """

    private static let complaints = """
        services.yaml:3:17: error: unknown level 'inf' for 'log' of host
           3 |   log: { level: inf }
             |                 ^^^ expected one of: trace, debug, info, notice, warning, error, critical
             help: did you mean 'info'?
        services.yaml:5:12: error: 'timeout' of defaults cannot be '30'
           5 |   timeout: 30
             |            ^^ expected a duration above zero such as 30s, or none
             help: add a unit: 30s or 30ms
        services.yaml:9:11: error: unknown slot 'proces' for service 'greeter'
           9 |     slot: proces
             |           ^^^^^^ expected one of: in-process, async, forked
             help: did you mean 'forked'?
        services.yaml:10:5: error: unknown key 'workrs' in service 'greeter'
          10 |     workrs: 4
             |     ^^^^^^ expected one of: plugin, slot, enabled, workers, standby, concurrency, queue, timeout, \
        methods, retries, restart, start-timeout, drain-timeout, kill-after, probation, swap, rehearse, max-generations, depends-on, may-call, messages-to, \
        requests-to, config, env, limits, pool
             help: did you mean 'workers'?
        services.yaml:13:27: error: services depend on each other in a cycle: store → index → store
          13 |     depends-on: [greeter, index]
             |                           ^^^^^
        services.yaml:14:16: error: unknown service 'grieter' in 'may-call' of service 'store'
          14 |     may-call: [grieter]
             |                ^^^^^^^ expected one of: greeter, store, index, Search
             help: did you mean 'greeter'?
        services.yaml:15:5: error: 'env' of service 'store' has no effect in slot 'async'
          15 |     env: { MODE: fast }
             |     ^^^
             help: only a forked service has an environment of its own
        services.yaml:17:12: error: variable 'STORE_KEY' is not set
          17 |       key: ${STORE_KEY}
             |            ^^^^^^^^^^^^
             help: set it in the environment or in .env, or write ${STORE_KEY:-default}
        services.yaml:18:7: error: duplicate key 'key'
          18 |       key: again
             |       ^^^
             help: it is first set in line 17
        services.yaml:19:3: error: service 'index' names no plugin
          19 |   index:
             |   ^^^^^
             help: add plugin: with the name of a plugin or a path to a .so
        services.yaml:23:3: error: bad name 'Search' for a service
          23 |   Search: { plugin: Search, restart: { delay: 5 } }
             |   ^^^^^^ expected a small letter, then small letters, digits, '-' and '_'
        services.yaml:23:47: error: 'restart.delay' of service 'Search' cannot be '5'
          23 |   Search: { plugin: Search, restart: { delay: 5 } }
             |                                               ^ expected a duration such as 250ms
             help: add a unit: 5s or 5ms
        12 errors
        """

    @Test func `everything that is wrong is told at once`() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationText(Self.file).host()
        }
        #expect(error?.description == Self.complaints)
    }
}
