// SPDX-License-Identifier: Apache-2.0

/// The configuration that mounts a new plugin.
struct ServicesTemplate {
    let name: PluginName
    /// Where its library is built, as YAML.
    let folders: String
    /// What stands under the service besides, indented.
    var rest = ""

    var text: String {
        """
        version: 1

        host:
          plugins: \(folders)   # where lib\(name.type).so is looked up, in order

        services:
          \(name.service):
            plugin: \(name.type)
            slot: async          # in-process, async or forked: the same library runs in any
        \(rest)
        """
    }
}
