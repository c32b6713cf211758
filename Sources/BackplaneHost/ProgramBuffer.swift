// SPDX-License-Identifier: Apache-2.0

package import BackplaneTransport

/// Memory that a program which embeds its host builds a payload in.
///
/// The program's calls name it by where it lies, on whatever way they are made.
package final class ProgramBuffer: Sendable {
    /// The memory itself.
    package let buffer: PayloadBuffer
    private let memory: PluginMemory
    private let number: UInt

    init(_ buffer: PayloadBuffer, in memory: PluginMemory) {
        self.buffer = buffer
        self.memory = memory
        number = memory.add(buffer)
    }

    deinit {
        memory.release(number)
    }
}
