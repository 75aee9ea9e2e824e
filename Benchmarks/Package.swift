// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds Tocsin resolves it.
let package = Package(
    name: "benchmarks",
    targets: [.executableTarget(name: "TrapCost")],
    swiftLanguageModes: [.v6]
)
