// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "codec-benchmark",
    dependencies: [.package(name: "chatserver", path: "../..")],
    targets: [
        .target(name: "CAllocations"),
        .executableTarget(
            name: "codec-benchmark",
            dependencies: ["CAllocations", .product(name: "WSProtocol", package: "chatserver")],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)]),
    ],
    swiftLanguageModes: [.v6]
)
