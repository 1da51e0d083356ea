// A chat client: shows what is said in a room, sends what you type, and loses neither when the connection, the server or
// this program's network goes away.
//
//     swift run -c release chat-client ws://127.0.0.1:8080/v1/ws TOKEN ROOM
//
// `ChatState` is the protocol's client half, without any I/O; this file is sockets and time. Only `ws://` and numeric
// IPv4 addresses.

import BlockingSocket
import ChatDomain
import Foundation
import WSProtocol

/// Why a connection came to its end.
enum Ending {
    case closed(UInt16?)
    case inputEnded
}

struct Failure: Error, CustomStringConvertible { let description: String }

/// Opens a connection, speaks on it until it ends, and says why.
func converse(_ url: String, _ state: inout ChatState, _ spreadMs: inout Int64?) throws -> Ending {
    guard let parts = URLComponents(string: url), parts.scheme == "ws", let host = parts.host,
        let port = UInt16(exactly: parts.port ?? 80), let socket = BlockingSocket.connect(host: host, port: port)
    else { throw Failure(description: "cannot connect to \(url)") }
    var random = SystemRandomNumberGenerator()
    let key = HandshakeKey(using: &random)
    var request: [UInt8] = []
    try ClientHandshake.appendRequest(
        host: "\(host):\(port)", target: parts.path.isEmpty ? "/" : parts.path, key: key, protocols: ["chat.v1.json"],
        deflate: DeflateOptions(), to: &request)
    guard socket.write(request) else { throw Failure(description: "the server is gone") }
    var reader = HandshakeHeadReader()
    var head: HandshakeHead?
    while head == nil {
        guard let bytes = socket.read() else { throw Failure(description: "the server is gone") }
        reader.append(bytes)
        head = try reader.next()
    }
    guard let head else { return .closed(nil) }
    let agreement = try ClientHandshake.check(
        head, key: key, protocols: ["chat.v1.json"], deflate: DeflateOptions())
    var webSocket = WebSocket(role: .client, deflate: agreement.deflate)
    webSocket.append(reader.takeRest())

    func perform(_ actions: [ChatState.Action]) {
        for action in actions {
            switch action {
            case .send(let frame): webSocket.send(.text, frame)
            case .show(let line): print(line)
            case .historyIsMissing: print("* there is more in the history")
            case .comeBack(let afterMs): spreadMs = afterMs
            }
        }
    }
    perform(state.connected())
    var code: UInt16?
    var silentMs = 0
    while true {
        while let event = webSocket.next() {
            switch event {
            case .message(_, let text): perform(state.received(text))
            case .close(let closeCode, _): code = closeCode?.rawValue
            case .ping, .pong: break
            }
        }
        guard socket.write(webSocket.takeOutput()), webSocket.state != .closed else { return .closed(code) }
        // The server pings every 25 s: who hears nothing for longer than that, and its patience, has no connection.
        switch socket.wait(alsoStandardInput: true, timeoutMs: 10_000) {
        case .socket:
            guard let bytes = socket.read() else { return .closed(code) }
            webSocket.append(bytes)
            silentMs = 0
        case .standardInput:
            guard let line = readLine() else { return .inputEnded }
            if !line.isEmpty {
                let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
                perform(state.say(line, at: now))
            }
        case .nothing:
            silentMs += 10_000
            if silentMs > 35_000 { return .closed(nil) }
            perform(state.retry())
        }
    }
}

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
    print("usage: chat-client URL TOKEN ROOM")
    exit(64)
}
var state = ChatState(token: arguments[2], room: arguments[3])
var attempts = 0
while true {
    var spreadMs: Int64?
    let started = Date()
    do {
        switch try converse(arguments[1], &state, &spreadMs) {
        case .inputEnded: exit(0)
        case .closed(let code?) where code >= 4_500 && code < 5_000:
            print("* the server does not want this client: \(code)")
            exit(1)
        case .closed(let code): print("* disconnected\(code.map { ": \($0)" } ?? "")")
        }
    } catch {
        print("* \(error)")
    }
    // Full jitter up to 250 ms × 2^n, 30 s at most; or what the server has said.
    if Date().timeIntervalSince(started) > 60 { attempts = 0 }
    let limitMs = min(30_000, 250 << min(attempts, 10))
    attempts += 1
    let waitMs = spreadMs ?? Int64.random(in: 0...Int64(limitMs))
    usleep(UInt32(waitMs * 1_000))
}
