// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "feed-benchmark",
    dependencies: [.package(name: "chatserver", path: "../..")],
    targets: [
        .executableTarget(
            name: "FeedBenchmark",
            dependencies: [
                .product(name: "ChatHub", package: "chatserver"), .product(name: "ChatDomain", package: "chatserver"),
            ],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)])
    ],
    swiftLanguageModes: [.v6]
)
