// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "StoreBenchmark",
    dependencies: [.package(name: "chatserver", path: "../..")],
    targets: [
        .executableTarget(
            name: "StoreBenchmark",
            dependencies: [
                .product(name: "ChatStore", package: "chatserver"),
                .product(name: "ChatDomain", package: "chatserver"),
            ]),
        .executableTarget(
            name: "SearchBenchmark",
            dependencies: [
                .product(name: "ChatStore", package: "chatserver"),
                .product(name: "ChatDomain", package: "chatserver"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
