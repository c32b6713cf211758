// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc

/// The worker executable: first a fork server, and in its children a worker.
///
/// A host starts it with a control socket as descriptor 3. Until a fork it has one thread and uses
/// neither tasks nor Dispatch nor Foundation: what they set up does not survive a fork.
public enum WorkerProgram {
    /// Runs until the host is gone.
    public static func run(arguments: [String]) -> Never {
        guard arguments.count == 4, arguments[1] == "--fork-server", let host = pid_t(arguments[2])
        else {
            Diagnostics.write(
                "backplane-worker is started by a Backplane host, not by hand; "
                    + "see 'backplane run'")
            exit(64)
        }
        ForkLoop(host: host).run(openFiles: UInt64(arguments[3]))
    }
}
