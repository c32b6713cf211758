// SPDX-License-Identifier: Apache-2.0

internal import CBackplane
internal import Glibc

/// An opened plugin: its image in this process, checked, never unloaded.
///
/// Images stay mapped for the life of the process: Swift's runtime caches metadata that points into
/// them, and a cast after `dlclose` crashes.
@safe
public struct PluginImage: Sendable {
    /// The path that was opened.
    public let path: String
    /// What the plugin says of itself.
    public let description: PluginDescription

    // SAFETY: static data of an image that is never unloaded.
    private nonisolated(unsafe) let pointer: UnsafeRawPointer

    /// The descriptor, for the accessors of `backplane/hosting.h`.
    ///
    /// Immortal.
    public var descriptor: UnsafeRawPointer { unsafe pointer }

    /// Opens the plugin at `path` and checks its descriptor before running any other code of it.
    ///
    /// Its static initialisers do run, and its libraries', and may crash, exit or hang: untrusted
    /// bytes are opened in a process that may die. Blocks; not for the cooperative pool.
    ///
    /// - Parameter path: Absolute path of the `.so`, unique per generation: `dlopen` of a path that was
    ///   opened before returns the old image, whatever the file holds now.
    /// - Throws: `.unresolved` with the dynamic linker's words, `.notAPlugin`, `.incompatible`,
    ///   `.malformed`.
    public static func open(path: String) throws(ImageError) -> PluginImage {
        // NODELETE: nobody, not even the dynamic linker's own counting, may unmap it.
        // SAFETY: the handle is never closed.
        guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL | Int32(RTLD_NODELETE)) else {
            throw ImageError(.unresolved, "\(path) can't be opened: \(linkerError())")
        }
        guard let symbol = unsafe dlsym(handle, BACKPLANE_ENTRY) else {
            throw ImageError(
                .notAPlugin,
                "\(path) exports no symbol '\(BACKPLANE_ENTRY)'; add `@c public func "
                    + "\(BACKPLANE_ENTRY)() { export(YourPlugin.self) }` (C: see backplane/plugin.h)"
            )
        }
        guard let descriptor = unsafe backplane_entry_call(symbol) else {
            throw ImageError(
                .malformed,
                "\(path): its \(BACKPLANE_ENTRY)() returned NULL instead of a descriptor")
        }
        let description = try unsafe DescriptorReader(path: path, descriptor: descriptor).read()
        return unsafe PluginImage(path: path, description: description, pointer: descriptor)
    }

    /// Takes a plugin whose code is in this process already, and which has no file of its own.
    ///
    /// - Parameters:
    ///   - name: What stands in messages where a path would.
    ///   - descriptor: Immortal.
    /// - Throws: `.incompatible`, `.malformed`.
    public static func resident(
        _ name: String, descriptor: UnsafeRawPointer
    ) throws(ImageError) -> PluginImage {
        let description = try unsafe DescriptorReader(path: name, descriptor: descriptor).read()
        return unsafe PluginImage(path: name, description: description, pointer: descriptor)
    }

    private static func linkerError() -> String {
        // SAFETY: dlerror's text belongs to this thread until its next dl call.
        guard let text = unsafe dlerror() else { return "for no reason given" }
        return unsafe String(cString: text)
    }
}
