// An echo server: sends each message back as it came.
//
//     swift run -c release echo-server [PORT]
//
// One thread a connection, blocking sockets: the shortest way to see how WSProtocol is used.

import BlockingSocket
import Foundation
import WSProtocol

/// What a test suite sends: much more than the defaults allow.
let limits = WSLimits(
    frameBytesMax: 16 << 20, messageBytesMax: 16 << 20, fragmentsMax: 1 << 20, inflateRatioMax: 1_100)

/// Reads the request and answers it; nil where no WebSocket connection came of it.
func open(_ socket: BlockingSocket) -> WebSocket? {
    var reader = HandshakeHeadReader()
    while let bytes = socket.read() {
        reader.append(bytes)
        do {
            guard let head = try reader.next() else { continue }
            guard let fields = HandshakeFields(head) else { return nil }
            let acceptance = try ServerHandshake.accept(fields, deflate: DeflateOptions())
            var response: [UInt8] = []
            ServerHandshake.appendResponse(acceptance, subprotocol: nil, to: &response)
            guard socket.write(response) else { return nil }
            var webSocket = WebSocket(role: .server, limits: limits, deflate: acceptance.deflate)
            webSocket.append(reader.takeRest())
            return webSocket
        } catch let refusal as HandshakeRefusal {
            var response: [UInt8] = []
            refusal.appendResponse(to: &response)
            _ = socket.write(response)
            return nil
        } catch {
            return nil
        }
    }
    return nil
}

func serve(_ socket: BlockingSocket) {
    guard var webSocket = open(socket) else { return }
    while true {
        while let event = webSocket.next() {
            if case .message(let kind, let payload) = event { webSocket.send(kind, payload) }
        }
        guard socket.write(webSocket.takeOutput()), webSocket.state != .closed, let bytes = socket.read() else {
            return
        }
        webSocket.append(bytes)
    }
}

guard let port = UInt16(CommandLine.arguments.dropFirst().first ?? "9001"),
    let listener = BlockingSocket.listen(port: port)
else {
    print("usage: echo-server [PORT], where the port must be free")
    exit(1)
}
// Not by `print`, which keeps a line back where the output is no terminal.
FileHandle.standardError.write(Data("listening on ws://127.0.0.1:\(listener.port)/\n".utf8))
while let socket = listener.accept() { Thread.detachNewThread { serve(socket) } }
