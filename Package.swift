// swift-tools-version: 6.2
import PackageDescription

// One target a layer; the arrows are those of docs/layers.md, held by Tests/LayerTests.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    // Checked when it is compiled, and in debug builds, which the tests are, also when it runs.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]
let gnu: [CSetting] = [.define("_GNU_SOURCE"), .unsafeFlags(["-Wall", "-Wextra", "-Werror"])]

func layer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "tocsin",
    products: [.executable(name: "tocsin", targets: ["tocsin"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .target(name: "CKernelHeaders"),
        .target(name: "CLinux", cSettings: gnu),
        .systemLibrary(
            name: "CLibcap", pkgConfig: "libcap", providers: [.apt(["libcap-dev"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CHost", cSettings: gnu),
        layer("Model", ["CZlib"]),
        layer("NetlinkCodec", ["CKernelHeaders", "Model"]),
        layer("Kernel", ["CLinux", "CLibcap", system]),
        layer("Host", ["Kernel", "CHost", "CLinux"]),
        layer("Interception", ["Kernel", "NetlinkCodec", "Model", "CLinux"]),
        layer("Observation", ["Kernel", "NetlinkCodec", "Model", "CLinux", "CKernelHeaders"]),
        layer("Stacks", ["Kernel", "Model", "CLinux"]),
        layer("Faults", ["Model"]),
        layer("Scenario", ["Model", "Faults", "Oracles", yams]),
        layer("Oracles", ["Model"]),
        layer(
            "Worker",
            ["Host", "Interception", "Observation", "Stacks", "Kernel", "NetlinkCodec", "Model", "CLinux"]),
        layer("Campaign", ["Model", "Oracles"]),
        layer("Exploration", ["Model", "Faults"]),
        layer("ResultStore", ["Model", grdb]),
        layer("Reports", ["Model"]),
        .executableTarget(
            name: "tocsin",
            dependencies: [
                "Model", "Kernel", "Scenario", "Worker", "Campaign", "Exploration", "ResultStore", "Reports",
                arguments,
            ],
            swiftSettings: strict),
        tests("ModelTests", ["Model"]),
        tests("NetlinkCodecTests", ["NetlinkCodec", "Model"]),
        tests("KernelTests", ["Kernel"]),
        tests("HostTests", ["Host", "Kernel", "NetlinkCodec"]),
        tests("InterceptionTests", ["Interception", "Kernel", "Model", "CLinux"]),
        tests("ObservationTests", ["Observation", "Kernel", "Model"]),
        tests("StacksTests", ["Stacks", "Model"]),
        tests("FaultsTests", ["Faults", "Model"]),
        tests("ScenarioTests", ["Scenario", "Oracles", "Model", "Reports"]),
        tests("OraclesTests", ["Oracles", "Model"]),
        tests("CampaignTests", ["Campaign", "Model"]),
        tests("ExplorationTests", ["Exploration", "Faults", "Model"]),
        tests("ResultStoreTests", ["ResultStore", "Model", grdb]),
        tests("ReportsTests", ["Reports", "Model"]),
        tests(
            "WorkerTests",
            ["Worker", "Host", "Interception", "Observation", "NetlinkCodec", "Kernel", "Faults", "Model"]),
        tests("FuzzingTests", ["CKernelHeaders", "NetlinkCodec", "Scenario", "Model", "ResultStore"]),
        tests("LayerTests", []),
        tests("tocsinTests", ["tocsin", "Campaign", "Exploration", "Kernel", "Model", "Reports", "ResultStore"]),
        tests(
            "IntegrationTests",
            [
                "tocsin", "Model", "Scenario", "Faults", "Kernel", "Worker", "Host", "Interception", "Observation",
                "CLinux",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
