// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Offers a plugin to the host that opens this image.
///
/// Called by the one symbol that a plugin exports, in a target of its own:
///
/// ```swift
/// @c public func backplane_plugin() -> UnsafeRawPointer? { export(Greeter.self) }
/// ```
///
/// It also makes the loggers of the whole image write to the host's log.
///
/// - Returns: The same descriptor each time; it is never freed.
@safe
public func export<P: Plugin>(_ type: P.Type) -> UnsafeRawPointer? {
    ImageLogging.bootstrap()
    return unsafe sharedDescriptor(of: type)
}

/// The descriptor of a type, the same each time.
///
/// - Returns: Immortal memory; nothing only when there is none.
package func sharedDescriptor<P: Plugin>(of type: P.Type) -> UnsafeRawPointer? {
    let address = exported.withLock { exported in
        let key = ObjectIdentifier(type)
        if let address = exported[key] { return address }
        let address = unsafe UInt(bitPattern: makeDescriptor(of: type))
        exported[key] = address
        return address
    }
    return unsafe UnsafeRawPointer(bitPattern: address)
}

/// The addresses of descriptors by type: an image has one.
private let exported = Mutex<[ObjectIdentifier: UInt]>([:])
