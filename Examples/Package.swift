// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]

let package = Package(
    name: "examples",
    dependencies: [.package(name: "chatserver", path: "..")],
    targets: [
        .target(name: "BlockingSocket", swiftSettings: settings),
        .executableTarget(
            name: "echo-server",
            dependencies: ["BlockingSocket", .product(name: "WSProtocol", package: "chatserver")],
            swiftSettings: settings),
        .executableTarget(
            name: "echo-client",
            dependencies: ["BlockingSocket", .product(name: "WSProtocol", package: "chatserver")],
            swiftSettings: settings),
        .executableTarget(
            name: "chat-client",
            dependencies: [
                "BlockingSocket", .product(name: "WSProtocol", package: "chatserver"),
                .product(name: "ChatDomain", package: "chatserver"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "http-server",
            dependencies: ["BlockingSocket", .product(name: "HTTPCore", package: "chatserver")],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
