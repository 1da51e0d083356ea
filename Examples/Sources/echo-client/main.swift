// An echo client: sends a text and prints what comes back, or lets a test suite try it out.
//
//     swift run -c release echo-client ws://127.0.0.1:9001/ "some text"
//     swift run -c release echo-client ws://127.0.0.1:9011 --autobahn NAME
//
// Only `ws://` and numeric IPv4 addresses: this shows how WSProtocol is used, no more.

import BlockingSocket
import Foundation
import WSProtocol

/// What a test suite sends: much more than the defaults allow.
let limits = WSLimits(
    frameBytesMax: 16 << 20, messageBytesMax: 16 << 20, fragmentsMax: 1 << 20, inflateRatioMax: 1_100)

/// Opens a connection and gives each event to `body` until it ends or `body` returns false.
func converse(_ url: String, _ body: (inout WebSocket, WSEvent?) -> Bool) throws {
    guard let parts = URLComponents(string: url), parts.scheme == "ws", let host = parts.host,
        let port = UInt16(exactly: parts.port ?? 80), let socket = BlockingSocket.connect(host: host, port: port)
    else { throw Failure(description: "cannot connect to \(url)") }

    var random = SystemRandomNumberGenerator()
    let key = HandshakeKey(using: &random)
    var request: [UInt8] = []
    let target = (parts.path.isEmpty ? "/" : parts.path) + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
    try ClientHandshake.appendRequest(
        host: "\(host):\(port)", target: target, key: key, deflate: DeflateOptions(), to: &request)
    guard socket.write(request) else { throw Failure(description: "the server is gone") }

    var reader = HandshakeHeadReader()
    var head: HandshakeHead?
    while head == nil {
        guard let bytes = socket.read() else { throw Failure(description: "the server is gone") }
        reader.append(bytes)
        head = try reader.next()
    }
    guard let head else { return }
    let agreement = try ClientHandshake.check(head, key: key, deflate: DeflateOptions())

    var webSocket = WebSocket(role: .client, limits: limits, deflate: agreement.deflate)
    webSocket.append(reader.takeRest())
    var goesOn = body(&webSocket, nil)
    while true {
        while let event = webSocket.next() { goesOn = body(&webSocket, event) && goesOn }
        if !goesOn { webSocket.close() }
        guard socket.write(webSocket.takeOutput()), webSocket.state != .closed, let bytes = socket.read() else { break }
        webSocket.append(bytes)
    }
    // The server closes first (RFC 6455 §7.1.1): wait until it has.
    socket.finishWriting()
    while socket.read() != nil {}
}

struct Failure: Error, CustomStringConvertible { let description: String }

/// The client's part in the Autobahn test suite: ask how many cases there are, echo in each, ask for the report.
func runAutobahn(_ url: String, agent: String) throws {
    var cases = 0
    try converse(url + "/getCaseCount") { _, event in
        guard case .message(_, let payload)? = event else { return true }
        cases = Int(String(decoding: payload, as: UTF8.self)) ?? 0
        return true
    }
    for number in stride(from: 1, through: cases, by: 1) {
        try converse(url + "/runCase?case=\(number)&agent=\(agent)") { webSocket, event in
            if case .message(let kind, let payload)? = event { webSocket.send(kind, payload) }
            return true
        }
    }
    try converse(url + "/updateReports?agent=\(agent)") { _, _ in true }
}

let arguments = CommandLine.arguments
do {
    if arguments.count == 4, arguments[2] == "--autobahn" {
        try runAutobahn(arguments[1], agent: arguments[3])
    } else if arguments.count == 3 {
        try converse(arguments[1]) { webSocket, event in
            if event == nil { webSocket.send(arguments[2]) }
            guard case .message(_, let payload)? = event else { return true }
            print(String(decoding: payload, as: UTF8.self))
            return false
        }
    } else {
        print("usage: echo-client URL TEXT, or echo-client URL --autobahn NAME")
        exit(64)
    }
} catch {
    print("echo-client: \(error)")
    exit(1)
}
