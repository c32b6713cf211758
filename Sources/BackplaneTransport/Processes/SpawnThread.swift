// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// The thread from which all fork servers are started: it never ends.
///
/// A parent-death signal is bound to the thread that made the process, not to the whole parent. From
/// a pool's thread a fork server would die whenever the pool shrinks.
final class SpawnThread: Sendable {
    static let shared = SpawnThread()

    private struct Job: Sendable {
        var path: String
        var arguments: [String]
        var environment: [String]
        var control: CInt
        let result = Monitor<Result<pid_t, TransportError>?>(nil)
    }

    private let jobs = Monitor<[Job]>([])
    private let isRunning: Bool

    private init() {
        let jobs = jobs
        isRunning = Threads.start("bp-spawn") {
            while true {
                let job = jobs.wait { $0.isEmpty ? nil : $0.removeFirst() }
                if let job { Self.run(job) }
            }
        }
    }

    /// Starts `path` with `control` as its descriptor 3, which takes a millisecond.
    func spawn(
        _ path: String, arguments: [String], environment: [String], control: CInt
    ) throws(TransportError) -> pid_t {
        guard isRunning else { throw .lastError("pthread_create", EAGAIN) }
        let job = Job(
            path: path, arguments: arguments, environment: environment, control: control)
        jobs.withLock { $0.append(job) }
        jobs.notify()
        let result = job.result.wait { $0 }
        return try result?.get() ?? 0
    }

    private static func run(_ job: Job) {
        let arguments = CStrings([job.path] + job.arguments)
        let environment = CStrings(job.environment)
        var pid: pid_t = 0
        let error = unsafe clinux_spawn(
            job.path, arguments.pointer, environment.pointer, job.control, &pid)
        let made = pid
        job.result.withLock { result in
            result =
                error == 0
                ? .success(made)
                : .failure(TransportError.lastError("starting \(job.path)", error))
        }
        job.result.notify(all: true)
    }
}

/// A list of C strings with NULL at its end.
@safe
private final class CStrings {
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        unsafe pointer = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() {
            unsafe (pointer + index).initialize(to: strdup(string))
        }
        unsafe (pointer + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { unsafe free(pointer[index]) }
        unsafe pointer.deallocate()
    }
}
