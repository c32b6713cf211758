// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BackplaneHost

/// How long a call may take, as the command line takes it: `250ms`, `5s`, `1h30m`.
struct CallTimeout: ExpressibleByArgument {
    let text: String
    let duration: Duration

    init(text: String, duration: Duration) {
        self.text = text
        self.duration = duration
    }

    var defaultValueDescription: String { text }

    init?(argument: String) {
        guard let duration = DurationText.duration(argument), duration > .zero else { return nil }
        text = argument
        self.duration = duration
    }
}
