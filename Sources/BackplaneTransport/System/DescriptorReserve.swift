// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// One descriptor that is kept for when there are no others: to look at what went wrong takes one, too.
final class DescriptorReserve: Sendable {
    static let shared = DescriptorReserve()

    private let descriptor: Mutex<CInt>

    private init() {
        descriptor = Mutex(Self.take())
    }

    /// Does something for which there is one descriptor more; others may be quicker to take it.
    func lend<Result>(_ body: () -> Result) -> Result {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            defer { descriptor = Self.take() }
            return body()
        }
    }

    private static func take() -> CInt { unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }
}
