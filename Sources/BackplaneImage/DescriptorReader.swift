// SPDX-License-Identifier: Apache-2.0

internal import CBackplane

/// Copies a descriptor out of an image, believing nothing that can be checked.
@safe
struct DescriptorReader {
    private static let methodLimit: UInt32 = 4096
    private static let parameterLimit: UInt32 = 64

    private let path: String
    // SAFETY: static data of an image that is never unloaded.
    private let descriptor: UnsafeRawPointer

    init(path: String, descriptor: UnsafeRawPointer) {
        self.path = path
        unsafe self.descriptor = descriptor
    }

    func read() throws(ImageError) -> PluginDescription {
        let check = ABICheck(
            host: .current, magic: UInt32(BACKPLANE_MAGIC),
            minimumSize: backplane_plugin_size(),
            target: Self.target)
        // The head comes first and alone: in a struct of another ABI nothing after it means anything.
        var facts = unsafe ABICheck.Facts(
            structSize: backplane_plugin_struct_size(descriptor),
            magic: backplane_plugin_magic(descriptor),
            abi: ABIVersion(
                major: backplane_plugin_abi_major(descriptor),
                minor: backplane_plugin_abi_minor(descriptor)),
            compiler: "", target: "")
        try check.check(head: facts, path: path)
        facts.compiler = unsafe text(backplane_plugin_compiler(descriptor))
        facts.target = unsafe text(backplane_plugin_target(descriptor))
        try check.check(origin: facts, path: path)

        guard unsafe backplane_plugin_has_functions(descriptor) != 0 else {
            throw malformed("lacks create, destroy or invoke")
        }
        let name = unsafe text(backplane_plugin_name(descriptor))
        guard !name.isEmpty else { throw malformed("has no name") }
        let hasState = unsafe backplane_plugin_has_state(descriptor) != 0
        return PluginDescription(
            name: name,
            version: unsafe text(backplane_plugin_version(descriptor)),
            summary: unsafe text(backplane_plugin_summary(descriptor)),
            compiler: facts.compiler, target: facts.target, abi: facts.abi,
            hasState: hasState, state: hasState ? try stateVersions() : nil,
            methods: try methods())
    }

    private func stateVersions() throws(ImageError) -> StateVersions? {
        guard let table = unsafe backplane_plugin_state_table(descriptor) else { return nil }
        let versions = unsafe StateVersions(
            version: backplane_state_version(table),
            readsFrom: backplane_state_reads_from(table),
            readsTo: backplane_state_reads_to(table),
            writesFrom: backplane_state_writes_from(table),
            writesTo: backplane_state_writes_to(table))
        guard let versions else {
            throw malformed(
                "has an extension '\(BACKPLANE_STATE_EXTENSION)' whose versions are no ranges: they "
                    + "count from 1, and what save gives is among those it writes (Swift: see "
                    + "stateVersion, readsStateVersions and writesStateVersions)")
        }
        return versions
    }

    private func methods() throws(ImageError) -> [MethodDescription] {
        let count = unsafe backplane_plugin_method_count(descriptor)
        guard count > 0 else { return [] }
        guard count <= Self.methodLimit else {
            throw malformed("declares \(count) methods, at most \(Self.methodLimit) are allowed")
        }
        let stride = unsafe backplane_plugin_method_stride(descriptor)
        guard unsafe backplane_plugin_has_methods(descriptor) != 0,
            stride >= backplane_method_size(), stride % 8 == 0
        else {
            throw malformed(
                "has methods of \(stride) bytes; set method_stride to sizeof(backplane_method)")
        }
        var methods: [MethodDescription] = []
        var names: Set<String> = []
        for index in 0..<count {
            let method = try unsafe self.method(backplane_plugin_method(descriptor, index), index)
            guard names.insert(method.name).inserted else {
                throw malformed("declares the method '\(method.name)' twice")
            }
            methods.append(method)
        }
        return methods
    }

    private func method(
        _ method: UnsafeRawPointer?, _ index: UInt32
    ) throws(ImageError) -> MethodDescription {
        guard let method = unsafe method else { throw malformed("has no method \(index)") }
        let name = unsafe text(backplane_method_name(method))
        guard !name.isEmpty else {
            throw malformed("has a method without a name (number \(index))")
        }
        let count = unsafe backplane_method_parameter_count(method)
        guard count <= Self.parameterLimit else {
            throw malformed(
                "gives '\(name)' \(count) parameters, at most \(Self.parameterLimit) are allowed")
        }
        let flags = unsafe backplane_method_flags(method)
        return MethodDescription(
            name: name,
            summary: unsafe text(backplane_method_summary(method)),
            parameters: (0..<count).map { parameter in
                unsafe MethodDescription.Parameter(
                    name: text(backplane_method_parameter_name(method, parameter)),
                    type: text(backplane_method_parameter_type(method, parameter)))
            },
            resultType: unsafe text(backplane_method_result_type(method)),
            isIdempotent: flags & UInt32(BACKPLANE_METHOD_IDEMPOTENT) != 0,
            isAsync: flags & UInt32(BACKPLANE_METHOD_ASYNC) != 0)
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer = unsafe pointer else { return "" }
        // SAFETY: the ABI promises a NUL-terminated string of static lifetime; bytes that aren't
        // UTF-8 are repaired.
        return unsafe String(cString: pointer)
    }

    private func malformed(_ what: String) -> ImageError {
        ImageError(.malformed, "\(path): its descriptor \(what)")
    }

    #if arch(x86_64)
        static let target = "x86_64-linux"
    #elseif arch(arm64)
        static let target = "aarch64-linux"
    #endif
}
