import Glibc

/// One HTTP/1.1 connection that blocks: enough to set the stage. No answer in 10 s is an error.
package final class HTTPClient {
    private let target: Target
    private let socket: Int32
    private var buffer: [UInt8] = []

    package init(_ target: Target) throws(LoadError) {
        self.target = target
        socket = try Socket.connect(to: target, source: nil)
        // It was made for epoll; here waiting is right.
        _ = fcntl(socket, F_SETFL, 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    /// The answer's body.
    func post(_ path: String, _ body: String, token: String? = nil) throws(LoadError) -> String {
        try send("POST", path, body, token: token)
    }

    package func send(
        _ method: String, _ path: String, _ body: String, token: String? = nil
    ) throws(LoadError) -> String {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let request = """
            \(method) \(path) HTTP/1.1\r
            Host: \(target.authority)\r
            Content-Type: application/json\r
            \(authorization)Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """
        var unsent = Array(request.utf8)[...]
        while !unsent.isEmpty {
            guard case .bytes(let count) = Socket.send(socket, unsent) else {
                throw .failed("the server cannot be reached: \(Socket.reason())")
            }
            unsent = unsent.dropFirst(count)
        }
        return try answer(to: path)
    }

    private func answer(to path: String) throws(LoadError) -> String {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).lowercased()
                let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) }
                // A 204 has no body, and does not say so (RFC 9110 §8.6).
                guard let length = length ?? (head.hasPrefix("http/1.1 204") ? 0 : nil) else {
                    throw .failed("the answer to \(path) has no length")
                }
                if buffer.count >= end.upperBound + length {
                    let body = String(decoding: buffer[end.upperBound..<end.upperBound + length], as: UTF8.self)
                    buffer.removeFirst(end.upperBound + length)
                    guard head.hasPrefix("http/1.1 2") else {
                        throw .failed("\(path) was refused: \(body.prefix(200))")
                    }
                    return body
                }
            }
            guard case .bytes(let count) = Socket.receive(socket, into: &chunk) else {
                throw .failed("the server did not answer \(path)")
            }
            buffer.append(contentsOf: chunk[..<count])
        }
    }
}
