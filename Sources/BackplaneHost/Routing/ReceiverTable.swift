// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The receivers of calls by name: a table that never changes, behind one atomic pointer.
///
/// Every call looks here, so looking takes no lock. A change makes a new table; what was there
/// before is kept, because somebody may be reading it. Changes are as rare as new services.
@safe
final class ReceiverTable: Sendable {
    private final class Table: Sendable {
        let receivers: NameTable<any CallReceiver>

        init(_ receivers: [String: any CallReceiver]) {
            self.receivers = NameTable(receivers)
        }
    }

    // SAFETY: the address of the last of `tables`, which keeps it.
    private let current: Atomic<UInt>
    private let tables: Mutex<[Table]>

    init() {
        let table = Table([:])
        current = Atomic(Self.address(table))
        tables = Mutex([table])
    }

    var names: [String] { Array(table.receivers.names) }

    /// Which table is in force: each has a number of its own.
    var edition: UInt { current.load(ordering: .acquiring) }

    subscript(name: String) -> (any CallReceiver)? {
        // SAFETY: kept by `tables`, so it need not be counted.
        unsafe reference?._withUnsafeGuaranteedRef { $0.receivers[name] }
    }

    /// Replaces the table by a changed copy of it.
    func change(_ body: (inout [String: any CallReceiver]) -> Void) {
        tables.withLock { tables in
            var receivers = table.receivers.all
            body(&receivers)
            let table = Table(receivers)
            tables.append(table)
            current.store(Self.address(table), ordering: .releasing)
        }
    }

    private var table: Table { unsafe reference?.takeUnretainedValue() ?? Table([:]) }

    /// Never nothing.
    private var reference: Unmanaged<Table>? {
        unsafe UnsafeRawPointer(bitPattern: current.load(ordering: .acquiring))
            .map { unsafe Unmanaged<Table>.fromOpaque($0) }
    }

    private static func address(_ table: Table) -> UInt {
        unsafe UInt(bitPattern: Unmanaged.passUnretained(table).toOpaque())
    }
}
