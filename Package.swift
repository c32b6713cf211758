// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// One list for every Swift target of the package.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

/// For types of our own that borrow bytes, as `Span` does.
let lifetimes: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

/// A plugin keeps its own symbols to itself, and in release leaves what nobody can reach at home.
///
/// lld, because it folds functions that are alike. Relocations are not packed: loading those takes
/// glibc 2.36.
let pluginLinking: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "-Bsymbolic"]),
    .unsafeFlags(
        ["-use-ld=lld"]
            + [
                "-s", "--gc-sections", "--icf=all", "-O2",
                "--no-eh-frame-hdr", "-T", "\(Context.packageDirectory)/Plugins/discard.ld",
                "--version-script=\(Context.packageDirectory)/Plugins/exports.map",
            ].flatMap { ["-Xlinker", $0] }, .when(configuration: .release)),
]

/// The sample plugins: the type in a target that tests can link, the entry symbol in one of its own.
func samplePlugin(_ name: String) -> [Target] {
    [
        .target(
            name: name, dependencies: ["Backplane"], path: "Plugins/\(name)/Plugin",
            swiftSettings: settings),
        .target(
            name: "\(name)Entry", dependencies: ["Backplane", .byName(name: name)],
            path: "Plugins/\(name)/Entry", swiftSettings: settings,
            linkerSettings: pluginLinking),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.byName(name: name), "BackplaneTesting", "OracleSupport"],
            path: "Plugins/\(name)/Tests", swiftSettings: settings),
    ]
}

/// A plugin of which tests make many versions, each with other bytes: `Tests/Fixtures/Versions`.
func versionedPlugin(_ name: String, of sample: String? = nil) -> [Target] {
    let folder = "Tests/Fixtures/Versions/\(name)"
    return [
        .target(
            name: name,
            dependencies: ["Backplane", "Versioning"]
                + [sample].compactMap(\.self).map { .byName(name: $0) },
            path: "\(folder)/Plugin", swiftSettings: settings),
        .target(
            name: "\(name)Entry", dependencies: ["Backplane", .byName(name: name)],
            path: "\(folder)/Entry", swiftSettings: settings, linkerSettings: pluginLinking),
    ]
}

let samples = ["Compute", "Echo", "Memory", "Pipeline", "Tokenizer"]
let versioned = samples.map { "Versioned\($0)" } + ["Breakable", "Listener"]

var versions = versionedPlugin("Breakable") + versionedPlugin("Listener")
for sample in samples { versions += versionedPlugin("Versioned\(sample)", of: sample) }

let package = Package(
    name: "backplane",
    products: [
        .library(name: "Backplane", targets: ["Backplane"]),
        .library(name: "BackplaneTesting", targets: ["BackplaneTesting"]),
        .library(name: "BackplaneHost", targets: ["BackplaneHost"]),
        .library(name: "BackplaneEmbedding", targets: ["BackplaneEmbedding"]),
        .executable(name: "backplane", targets: ["backplane-cli"]),
        .executable(name: "backplane-worker", targets: ["backplane-worker"]),
        .executable(name: "backplane-bench", targets: ["backplane-bench"]),
        .executable(name: "backplane-limits", targets: ["backplane-limits"]),
        .executable(name: "backplane-storm", targets: ["backplane-storm"]),
        .executable(name: "backplane-soak", targets: ["backplane-soak"]),
        .executable(name: "backplane-hostile-soak", targets: ["backplane-hostile-soak"]),
        .executable(name: "embedding-example", targets: ["embedding-example"]),
        .library(name: "Probe", type: .dynamic, targets: ["ProbeEntry"]),
        .library(name: "StatelessProbe", type: .dynamic, targets: ["StatelessProbeEntry"]),
        .library(name: "AllocationCounter", type: .dynamic, targets: ["AllocationCounter"]),
    ]
        + (samples + versioned).map {
            .library(name: $0, type: .dynamic, targets: ["\($0)Entry"])
        },
    dependencies: [
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CBackplane"),
        .target(name: "CLinux"),
        // Without pkg-config, which would link the shared library: a plugin that bundles a libyaml of
        // its own would get that one's functions.
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),

        .target(
            name: "BackplanePayload",
            swiftSettings: settings + lifetimes),
        .target(
            name: "BackplaneJSON", dependencies: ["BackplanePayload"],
            swiftSettings: settings + lifetimes),
        .target(
            name: "Backplane",
            dependencies: [
                "CBackplane", "BackplanePayload", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "BackplaneTesting", dependencies: ["Backplane", "CBackplane"],
            swiftSettings: settings),

        .target(
            name: "BackplaneImage", dependencies: ["BackplaneTransport", "CBackplane", "CLinux"],
            swiftSettings: settings),
        .target(
            name: "BackplaneTransport", dependencies: ["CLinux"], swiftSettings: settings),
        .target(
            name: "BackplaneWorker",
            dependencies: ["BackplaneImage", "BackplaneTransport", "CBackplane", "CLinux"],
            swiftSettings: settings),
        .target(
            name: "BackplaneHost",
            dependencies: [
                "BackplaneImage", "BackplaneJSON", "BackplanePayload", "BackplaneTransport",
                "CBackplane", "CLinux", "CYAML",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings,
            linkerSettings: [.linkedLibrary(":libyaml.a")]),
        .target(
            name: "BackplaneEmbedding",
            dependencies: [
                "Backplane", "BackplaneHost", "BackplaneTransport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),

        .executableTarget(
            name: "backplane-cli",
            dependencies: [
                "BackplaneHost", "BackplaneImage", "BackplaneJSON", "BackplanePayload",
                "BackplaneTransport", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Sources/backplane", swiftSettings: settings),
        .executableTarget(
            name: "backplane-worker", dependencies: ["BackplaneWorker"], swiftSettings: settings),
        .executableTarget(
            name: "backplane-bench",
            dependencies: [
                "Backplane", "BackplaneEmbedding", "BackplaneHost", "BackplaneImage",
                "BackplaneJSON", "BackplanePayload", "BackplaneTransport", "CPlacement",
                "OracleSupport", "ReloadStorm",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks", exclude: ["AllocationCounter", "Limits", "Peers", "Placement"],
            swiftSettings: settings),
        .target(name: "CPlacement", path: "Benchmarks/Placement"),
        .executableTarget(
            name: "backplane-limits", dependencies: ["CPlacement"], path: "Benchmarks/Limits"),
        .target(
            name: "ExampleHosting",
            dependencies: ["BackplaneHost", .product(name: "Logging", package: "swift-log")],
            path: "Examples/Hosting", swiftSettings: settings),
        .executableTarget(
            name: "example-send", dependencies: ["BackplaneHost", "ExampleHosting"],
            path: "Examples/Send", swiftSettings: settings),
        .executableTarget(
            name: "example-request", dependencies: ["BackplaneHost", "ExampleHosting"],
            path: "Examples/Request", swiftSettings: settings),
        .target(name: "AllocationCounter", path: "Benchmarks/AllocationCounter"),

        .target(
            name: "Conversations",
            dependencies: ["BackplaneEmbedding", "BackplaneHost", "BackplanePayload"],
            path: "Examples/Comm", swiftSettings: settings),
        .target(
            name: "LargePayloads", dependencies: ["BackplaneEmbedding"],
            path: "Examples/Payloads", swiftSettings: settings),
        .target(
            name: "EmbeddingGuide",
            dependencies: [
                "BackplaneEmbedding",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Examples/Embedding/Guide", swiftSettings: settings),
        .executableTarget(
            name: "embedding-example", dependencies: ["EmbeddingGuide"],
            path: "Examples/Embedding/Program", swiftSettings: settings),

        .target(
            name: "Probe", dependencies: ["Backplane"], path: "Tests/Fixtures/Probe/Plugin",
            swiftSettings: settings),
        .target(
            name: "ProbeEntry", dependencies: ["Backplane", "Probe"],
            path: "Tests/Fixtures/Probe/Entry", swiftSettings: settings,
            linkerSettings: pluginLinking),

        .target(
            name: "StatelessProbe", dependencies: ["Backplane", "Probe"],
            path: "Tests/Fixtures/StatelessProbe/Plugin", swiftSettings: settings),
        .target(
            name: "StatelessProbeEntry", dependencies: ["Backplane", "StatelessProbe"],
            path: "Tests/Fixtures/StatelessProbe/Entry", swiftSettings: settings,
            linkerSettings: pluginLinking),

        .target(
            name: "Versioning", dependencies: ["Backplane"],
            path: "Tests/Fixtures/Versions/Versioning", swiftSettings: settings),

        .target(
            name: "OracleSupport", dependencies: ["BackplanePayload"], path: "Tests/Support",
            swiftSettings: settings),

        .target(
            name: "ReloadStorm",
            dependencies: ["BackplaneHost", "BackplaneJSON", "BackplanePayload", "OracleSupport"],
            path: "Tests/Storm/Driver", swiftSettings: settings),
        .executableTarget(
            name: "backplane-storm", dependencies: ["ReloadStorm"], path: "Tests/Storm/Program",
            swiftSettings: settings),

        .executableTarget(
            name: "backplane-soak", dependencies: ["BackplaneHost", "ExampleHosting"],
            path: "Tests/Soak", swiftSettings: settings),
        .target(
            name: "HostileWorkers",
            dependencies: [
                "BackplaneHost", "BackplaneTransport", "OracleSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/HostileSoak/Driver", swiftSettings: settings),
        .executableTarget(
            name: "backplane-hostile-soak", dependencies: ["HostileWorkers"],
            path: "Tests/HostileSoak/Program", swiftSettings: settings),

        .testTarget(
            name: "BackplanePayloadTests", dependencies: ["BackplanePayload", "OracleSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "BackplaneJSONTests",
            dependencies: ["BackplaneJSON", "BackplanePayload", "OracleSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "BackplaneTests", dependencies: ["Backplane", "BackplaneTesting", "CBackplane"],
            swiftSettings: settings),
        .testTarget(
            name: "BackplaneTransportTests",
            dependencies: ["BackplaneTransport", "CLinux", "OracleSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "BackplaneImageTests",
            dependencies: ["BackplaneImage", "BackplaneTransport", "OracleSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "BackplaneWorkerTests",
            dependencies: [
                "BackplaneWorker", "BackplaneImage", "BackplaneTransport", "CBackplane", "CLinux",
                "OracleSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "BackplaneHostTests",
            dependencies: [
                "BackplaneHost", "BackplaneImage", "BackplaneJSON", "BackplanePayload",
                "BackplaneTransport", "CLinux", "HostileWorkers", "OracleSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "BackplaneEmbeddingTests",
            dependencies: [
                "Backplane", "BackplaneEmbedding", "BackplaneHost", "BackplanePayload",
                "Conversations", "EmbeddingGuide", "LargePayloads",
                "OracleSupport", "Probe",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["backplane-cli", "BackplaneHost", "OracleSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["BackplaneHost", "BackplanePayload", "OracleSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ReloadTests",
            dependencies: ["BackplanePayload", "OracleSupport", "ReloadStorm"],
            swiftSettings: settings),
    ] + samples.flatMap(samplePlugin) + versions,
    swiftLanguageModes: [.v6]
)

// With a sanitizer everything is built anew, so of the tests only those of the transport are there.
if Context.environment["BACKPLANE_ONLY"] == "transport" {
    let parts: Set = [
        "CLinux", "BackplanePayload", "BackplaneTransport", "OracleSupport",
        "BackplaneTransportTests",
    ]
    package.products = []
    package.dependencies = []
    package.targets.removeAll { !parts.contains($0.name) }
    for target in package.targets where target.name == "BackplaneTransport" {
        target.swiftSettings?.append(.define("SANITIZED"))
    }
}
