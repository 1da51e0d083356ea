// An HTTP server: greets whoever asks.
//
//     swift run -c release http-server [PORT]         curl http://127.0.0.1:8081/hello/Ada
//
// One thread a connection, blocking sockets: the shortest way to see how HTTPCore is used.

import BlockingSocket
import Foundation
import HTTPCore

var routes = Router<@Sendable (Parameters) -> Response>()
routes.add(.get, "/hello/{name}") { parameters in
    Response(
        status: .ok, contentType: "text/plain; charset=utf-8",
        body: [UInt8]("Hello, \(parameters["name"] ?? "you")!\n".utf8))
}
let router = routes

func answer(_ request: Request) -> Response {
    switch router.match(request) {
    case .found(let handler, let parameters): handler(parameters)
    case .methodNotAllowed(let allowed): .methodNotAllowed(allowed: allowed)
    case .notFound: Response(status: .notFound)
    }
}

func serve(_ socket: BlockingSocket) {
    var parser = RequestParser()
    while let bytes = socket.read() {
        parser.append(bytes.span)
        var output: [UInt8] = []
        var isOpen = true
        do {
            while isOpen, let request = try parser.next() {
                isOpen = request.keepsAlive
                answer(request).encode(
                    into: &output, for: request.method, keepAlive: isOpen, isHTTP10: request.isHTTP10)
            }
        } catch {
            Response(status: error.status).encode(into: &output, for: .get, keepAlive: false)
            isOpen = false
        }
        guard socket.write(output), isOpen else { return }
    }
}

guard let port = UInt16(CommandLine.arguments.dropFirst().first ?? "8081"),
    let listener = BlockingSocket.listen(port: port)
else {
    print("usage: http-server [PORT], where the port must be free")
    exit(1)
}
FileHandle.standardError.write(Data("listening on http://127.0.0.1:\(listener.port)/\n".utf8))
while let socket = listener.accept() { Thread.detachNewThread { serve(socket) } }
