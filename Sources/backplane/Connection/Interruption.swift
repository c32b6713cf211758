// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What Ctrl-C does to verbs that wait for a host: it ends them with the exit code 130.
///
/// The connection goes with the process, and the host cancels what it was waiting for.
enum Interruption {
    static func endsProgram() {
        signal(SIGINT) { _ in _exit(CommandFailure.interrupted) }
        // Whoever started this program may have done so from a thread that blocks signals.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGINT)
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
