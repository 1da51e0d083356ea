// swift-tools-version: 6.2
import PackageDescription

/// Every target is built the same way: strict memory safety, no warnings, imports that say what they export.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "chatserver",
    products: [
        .library(name: "WSProtocol", targets: ["WSProtocol"]),
        .library(name: "HTTPCore", targets: ["HTTPCore"]),
        .library(name: "ChatDomain", targets: ["ChatDomain"]),
        .library(name: "ChatStore", targets: ["ChatStore"]),
        .library(name: "ChatHub", targets: ["ChatHub"]),
        .executable(name: "chatserver", targets: ["ChatServerApp"]),
    ],
    targets: [
        .target(name: "CBuild", path: "Sources/CLibraries/CBuild"),
        .systemLibrary(name: "CEpoll", path: "Sources/CLibraries/CEpoll"),
        .systemLibrary(
            name: "CSQLite", path: "Sources/CLibraries/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/CLibraries/COpenSSL", pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/CLibraries/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        .target(name: "WSProtocol", dependencies: ["CZlib"], swiftSettings: settings),
        .target(name: "HTTPCore", swiftSettings: settings),
        .target(name: "ChatDomain", swiftSettings: settings),
        .target(name: "ChatStore", dependencies: ["ChatDomain", "CSQLite"], swiftSettings: settings),
        .target(
            name: "ChatHub", dependencies: ["WSProtocol", "HTTPCore", "ChatDomain", "ChatStore", "CZlib"],
            swiftSettings: settings),
        .executableTarget(
            name: "ChatServerApp",
            dependencies: [
                "ChatHub", "ChatStore", "ChatDomain", "HTTPCore", "WSProtocol", "CBuild", "CEpoll", "COpenSSL", "Gzip",
            ],
            exclude: ["Web"],
            swiftSettings: settings,
            plugins: ["EmbedPages"]),
        .plugin(name: "EmbedPages", capability: .buildTool(), dependencies: ["EmbedPagesTool"]),
        .executableTarget(name: "EmbedPagesTool", dependencies: ["Gzip", "ModuleBundles"], swiftSettings: settings),
        .target(name: "ModuleBundles", swiftSettings: settings),
        .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: settings),

        .testTarget(name: "WSProtocolTests", dependencies: ["WSProtocol"], swiftSettings: settings),
        .testTarget(name: "ModuleBundlesTests", dependencies: ["ModuleBundles"], swiftSettings: settings),
        .testTarget(name: "HTTPCoreTests", dependencies: ["HTTPCore"], swiftSettings: settings),
        .testTarget(name: "ChatDomainTests", dependencies: ["ChatDomain"], swiftSettings: settings),
        .testTarget(
            name: "ChatStoreTests", dependencies: ["ChatStore", "ChatDomain", "CSQLite"], swiftSettings: settings),
        .testTarget(
            name: "ChatHubTests", dependencies: ["ChatHub", "ChatStore", "ChatDomain", "HTTPCore", "WSProtocol"],
            swiftSettings: settings),
        .testTarget(
            name: "ChatServerAppTests",
            dependencies: ["ChatServerApp", "ChatHub", "ChatStore", "ChatDomain", "HTTPCore", "WSProtocol", "CEpoll"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
