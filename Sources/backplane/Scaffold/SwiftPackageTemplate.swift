// SPDX-License-Identifier: Apache-2.0

/// The files of a new plugin in Swift.
struct SwiftPackageTemplate {
    let name: PluginName
    let backplane: BackplaneSource

    /// The files, by their paths.
    var files: [(path: String, text: String)] {
        [
            ("Package.swift", manifest),
            ("exports.map", exports),
            ("Sources/\(name.type)/\(name.type).swift", plugin),
            ("Sources/\(name.type)Entry/Entry.swift", entry),
            ("Tests/\(name.type)Tests/\(name.type)Tests.swift", test),
            ("services.yaml", services.text),
            ("README.md", readme),
            (".gitignore", ".build/\n.backplane/\nPackage.resolved\n"),
        ]
    }

    private var services: ServicesTemplate {
        ServicesTemplate(
            name: name, folders: "[.build/release, .build/debug]",
            rest: """
                    config:              # handed to the plugin as it is
                      greeting: hello

                """)
    }

    private var manifest: String {
        """
        // swift-tools-version: 6.2

        import PackageDescription

        /// The library keeps its symbols to itself, so that plugins that bundle the same ones get along.
        let linking: [LinkerSetting] = [
            .unsafeFlags([
                "-Xlinker", "-Bsymbolic",
                "-Xlinker", "--version-script=\\(Context.packageDirectory)/exports.map",
            ])
        ]

        let package = Package(
            name: "\(name.service)",
            products: [
                .library(name: "\(name.type)", type: .dynamic, targets: ["\(name.type)Entry"])
            ],
            dependencies: [
                \(backplane.dependency)
            ],
            targets: [
                // The plugin, and its entry in a target of its own: tests link the first only.
                .target(
                    name: "\(name.type)",
                    dependencies: [.product(name: "Backplane", package: "\(backplane.packageName)")]),
                .target(
                    name: "\(name.type)Entry",
                    dependencies: [
                        "\(name.type)", .product(name: "Backplane", package: "\(backplane.packageName)"),
                    ],
                    linkerSettings: linking),
                .testTarget(
                    name: "\(name.type)Tests",
                    dependencies: [
                        "\(name.type)",
                        .product(name: "BackplaneTesting", package: "\(backplane.packageName)"),
                    ]),
            ],
            swiftLanguageModes: [.v6]
        )

        """
    }

    private var exports: String {
        """
        /* What the library shows to the dynamic linker: its entry, and nothing else. */
        {
            global: backplane_plugin;
            local: *;
        };

        """
    }

    private var plugin: String {
        """
        import Backplane

        /// Greets whoever asks.
        public final class \(name.type): Plugin {
            /// The name, and what callers may call.
            ///
            /// Parameters are named, so that arguments may come by position or by name.
            public static let manifest = Manifest<\(name.type)>(
                "\(name.service)", version: "0.1.0", summary: "Greets whoever asks."
            ) {
                Method("greet", \(name.type).greet, "name", idempotent: true, summary: "A greeting.")
            }

            /// What stands under `config` in services.yaml.
            struct Settings: Decodable {
                var greeting: String
            }

            private let settings: Settings

            /// Makes an instance.
            ///
            /// It takes no port, lock or connection: that is for `start()`.
            public init(_ comm: Comm) throws {
                settings = try comm.configuration(as: Settings.self)
            }

            /// Methods run concurrently; they may be `async`, and may throw.
            func greet(_ name: String) -> String {
                "\\(settings.greeting), \\(name)"
            }
        }

        """
    }

    private var entry: String {
        """
        \(imports("Backplane"))

        /// Hands the plugin to the host: the one symbol that this library exports.
        @c public func backplane_plugin() -> UnsafeRawPointer? { export(\(name.type).self) }

        """
    }

    private var test: String {
        """
        \(imports("BackplaneTesting", "Testing"))

        struct \(name.type)Tests {
            @Test func `greets by name`() async throws {
                let harness = try await PluginHarness(
                    \(name.type).self, configuration: ["greeting": "hello"])
                let greeting: String = try await harness.call("greet", "world")
                #expect(greeting == "hello, world")
            }
        }

        """
    }

    /// Imports of these and the plugin's own module, in order.
    private func imports(_ modules: String...) -> String {
        (modules + [name.type]).sorted().map { "import \($0)" }.joined(separator: "\n")
    }

    private var readme: String {
        """
        # \(name.type)

        A Backplane plugin.

        ```sh
        swift build            # builds .build/debug/lib\(name.type).so
        swift test             # runs the plugin in tests, without a host
        backplane run          # mounts it as services.yaml says
        backplane call \(name.service).greet '"world"'
        ```

        After a change: `swift build`, then `backplane restart \(name.service)`.

        """
    }
}
