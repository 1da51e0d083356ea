// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "HTTPBenchmarks",
    dependencies: [.package(name: "chatserver", path: "../..")],
    targets: [
        .target(name: "CAllocationCount"),
        .executableTarget(
            name: "HTTPBenchmark",
            dependencies: ["CAllocationCount", .product(name: "HTTPCore", package: "chatserver")]),
    ],
    swiftLanguageModes: [.v6]
)
