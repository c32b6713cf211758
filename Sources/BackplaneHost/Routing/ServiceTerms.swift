// SPDX-License-Identifier: Apache-2.0

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

        init(_ configuration: ServiceConfiguration) {
            self.configuration = configuration
        }

        func timeout(of method: String) -> Duration? {
            guard !configuration.methods.isEmpty else { return configuration.timeout }
            return configuration.settings(of: method).timeout
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

    /// How long a call of a method may take when nobody says; every call asks.
    func timeout(of method: String) -> Duration? {
        // SAFETY: kept by `editions`, so it need not be counted.
        unsafe reference._withUnsafeGuaranteedRef { $0.timeout(of: method) }
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
