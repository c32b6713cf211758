// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import Synchronization

/// A plugin that is code of the embedding program: it has a descriptor like any other, and no file.
///
/// It can't be staged, watched or rehearsed, and its code can't be in another process.
public struct EmbeddedPlugin: Sendable {
    private static let count = Atomic<UInt64>(0)

    /// What people read where the path of a file would stand.
    public let name: String
    /// The folder that counts as the plugin's own.
    let directory: String
    let image: PluginImage
    private let released: Release
    /// Which one it is: each is another build, as far as a service can tell.
    let number: UInt64

    /// A closure in a class of its own, see `Threads`.
    private final class Release: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Takes a descriptor that this process made.
    ///
    /// - Parameters:
    ///   - descriptor: Immortal.
    ///   - directory: The folder that counts as the plugin's own; absolute.
    ///   - release: Called when no instance will be made of it any more, perhaps more than once.
    /// - Throws: `incompatible` when the descriptor breaks the rules of the ABI.
    package init(
        _ name: String, descriptor: UnsafeRawPointer, directory: String,
        release: @escaping @Sendable () -> Void
    ) throws(CallError) {
        released = Release(release)
        self.name = name
        self.directory = directory
        do throws(ImageError) {
            image = try unsafe .resident(name, descriptor: descriptor)
        } catch {
            throw CallError(error)
        }
        number = Self.count.add(1, ordering: .relaxed).newValue
    }

    /// Says that no instance will be made of it any more.
    func release() { released.body() }

    /// Why it does not run in a forked slot.
    package func unforkable(_ service: String) -> CallError {
        CallError(
            .incompatible,
            "service '\(service)' can't be forked: \(name) is code of this program, and a process "
                + "can't be made of it; use the slot in-process or async, or build it as a plugin "
                + "(.so), which runs in any slot")
    }
}

extension EmbeddedPlugin: Hashable {
    /// Whether both are of the same making.
    public static func == (left: EmbeddedPlugin, right: EmbeddedPlugin) -> Bool {
        left.number == right.number
    }

    /// Hashes the making.
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
