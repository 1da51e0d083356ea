// swift-tools-version: 6.2
import PackageDescription

// Built by script/fuzz, which adds `-sanitize=fuzzer`: so that the libraries under test are instrumented as well.
let settings: [SwiftSetting] = [
    .strictMemorySafety(), .treatAllWarnings(as: .error), .unsafeFlags(["-parse-as-library"]),
]
let webSocket: [Target.Dependency] = ["FuzzSupport", .product(name: "WSProtocol", package: "chatserver")]

let http: [Target.Dependency] = ["FuzzSupport", .product(name: "HTTPCore", package: "chatserver")]

let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "chatserver", path: "..")],
    targets: [
        .systemLibrary(name: "CLibFuzzer"),
        .target(
            name: "FuzzSupport", dependencies: ["CLibFuzzer", .product(name: "WSProtocol", package: "chatserver")],
            swiftSettings: settings),
        .executableTarget(name: "fuzz-decoder", dependencies: webSocket, swiftSettings: settings),
        .executableTarget(name: "fuzz-inflate", dependencies: webSocket, swiftSettings: settings),
        .executableTarget(name: "fuzz-handshake", dependencies: webSocket, swiftSettings: settings),
        .executableTarget(name: "fuzz-offers", dependencies: webSocket, swiftSettings: settings),
        .executableTarget(name: "fuzz-roundtrip", dependencies: webSocket, swiftSettings: settings),
        .executableTarget(name: "fuzz-requests", dependencies: http, swiftSettings: settings),
        .executableTarget(name: "fuzz-responses", dependencies: http, swiftSettings: settings),
        .executableTarget(name: "fuzz-fields", dependencies: http, swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
