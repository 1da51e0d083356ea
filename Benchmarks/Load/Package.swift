// swift-tools-version: 6.2
import PackageDescription

/// The load generator and the benchmark that runs it: a package of its own, so that whoever imports the libraries does
/// not build them.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "Load",
    products: [
        .executable(name: "load", targets: ["Load"]),
        .executable(name: "bench", targets: ["Bench"]),
    ],
    dependencies: [.package(name: "chatserver", path: "../..")],
    targets: [
        .systemLibrary(name: "CLinux", path: "Sources/CLinux"),
        .target(
            name: "LoadKit", dependencies: ["CLinux", .product(name: "WSProtocol", package: "chatserver")],
            swiftSettings: settings),
        .executableTarget(name: "Load", dependencies: ["LoadKit"], swiftSettings: settings),
        .executableTarget(name: "Bench", dependencies: ["CLinux", "LoadKit"], swiftSettings: settings),
        .testTarget(name: "LoadKitTests", dependencies: ["LoadKit"], swiftSettings: settings),
        .testTarget(name: "BenchTests", dependencies: ["Bench"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
