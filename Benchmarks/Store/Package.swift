// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "StoreBenchmark",
    dependencies: [.package(name: "chatserver", path: "../..")],
    targets: [
        .target(name: "BareLoop", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "StoreBenchmark",
            dependencies: [
                "BareLoop",
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
