// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Whether output is for programs.
struct JSONOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isOn = false
}
