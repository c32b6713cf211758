// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// The configuration of a service as its callers meet it: one that never changes, behind one atomic
/// pointer.
///
/// Every call looks here, so looking takes no lock. What was there before is kept, because somebody
/// may be reading it. Changes are as rare as edits of the configuration file.
@safe
final class ServiceTerms: Sendable {
    /// One edition.
    final class Edition: Sendable {
        let configuration: ServiceConfiguration
        /// How many nanoseconds a call may take, `.max` for as many as it likes: to take a `Duration` apart
        /// costs more than all else that is looked up for a call.
        private let limit: UInt64
        /// The same for those methods that have a say in it.
        private let limits: [String: UInt64]

        init(_ configuration: ServiceConfiguration) {
            self.configuration = configuration
            limit = Self.nanoseconds(configuration.timeout)
            limits = configuration.methods.mapValues { Self.nanoseconds($0.timeout) }
        }

        private static func nanoseconds(_ timeout: Duration?) -> UInt64 {
            timeout?.nanosecondsClamped ?? .max
        }

        func deadline(of method: String, from now: Instant) -> Instant {
            now.advanced(byNanoseconds: limits.isEmpty ? limit : limits[method] ?? limit)
        }
    }

    // SAFETY: the address of the last of `editions`, which keeps it.
    private let address: Atomic<UInt>
    private let editions: Mutex<[Edition]>

    init(_ configuration: ServiceConfiguration) {
        let first = Edition(configuration)
        address = Atomic(Self.address(first))
        editions = Mutex([first])
    }

    var current: Edition { unsafe reference.takeUnretainedValue() }

    /// When a call of a method has to be over when nobody says; every call asks.
    func deadline(of method: String, from now: Instant) -> Instant {
        // SAFETY: kept by `editions`, so it need not be counted.
        unsafe reference._withUnsafeGuaranteedRef { $0.deadline(of: method, from: now) }
    }

    private var reference: Unmanaged<Edition> {
        // SAFETY: never zero, and kept by `editions`.
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: address.load(ordering: .acquiring))
        else { preconditionFailure("a service without a configuration") }
        return unsafe Unmanaged<Edition>.fromOpaque(pointer)
    }

    /// Puts another edition in force.
    func replace(by configuration: ServiceConfiguration) {
        editions.withLock { editions in
            guard editions.last?.configuration != configuration else { return }
            let edition = Edition(configuration)
            editions.append(edition)
            address.store(Self.address(edition), ordering: .releasing)
        }
    }

    private static func address(_ edition: Edition) -> UInt {
        unsafe UInt(bitPattern: Unmanaged.passUnretained(edition).toOpaque())
    }
}
