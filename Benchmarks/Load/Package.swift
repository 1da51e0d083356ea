// swift-tools-version: 6.2
import PackageDescription

/// The load generator: a package of its own, so that whoever imports the libraries does not build it.
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
    ],
    dependencies: [.package(name: "chatserver", path: "../..")],
    targets: [
        .systemLibrary(name: "CLinux", path: "Sources/CLinux"),
        .target(
            name: "LoadKit", dependencies: ["CLinux", .product(name: "WSProtocol", package: "chatserver")],
            swiftSettings: settings),
        .executableTarget(name: "Load", dependencies: ["LoadKit"], swiftSettings: settings),
        .testTarget(name: "LoadKitTests", dependencies: ["LoadKit"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
