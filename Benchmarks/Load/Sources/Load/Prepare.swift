import Glibc

/// Makes users and rooms through the routes of the chat-app dialect, one request after another on one connection.
enum Prepare {
    /// User i takes part in room i mod R, as connection i of a fan-out does.
    static func run(_ options: Options) throws(LoadError) -> Report {
        let client = try HTTPClient(try Target(options.url))
        // Phones are unique: another run against the same server must make others.
        let series = Int.random(in: 0..<1 << 30)
        var users: [String] = []
        for index in 0..<options.connections {
            let body = #"{"username":"load \#(index)","phone":"\#(series) \#(index)"}"#
            users.append(try identifier(in: try client.post("/users/create", body)))
        }
        var rooms: [String] = []
        for index in 0..<options.rooms {
            let members = stride(from: index, to: users.count, by: options.rooms).map { #""\#(users[$0])""# }
            let body = #"{"name":"load \#(index)","participant_ids":[\#(members.joined(separator: ","))]}"#
            rooms.append(try identifier(in: try client.post("/rooms", body)))
        }
        if let path = options.usersFile { try Files.write(users, to: path) }
        if let path = options.roomsFile { try Files.write(rooms, to: path) }
        var report = Report()
        report.add("users", users.count)
        report.add("rooms", rooms.count)
        return report
    }

    /// The first `"id":"…"` of an answer: a room's own comes before those of its users.
    private static func identifier(in json: String) throws(LoadError) -> String {
        let parts = json.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() where part == "id" && index + 2 < parts.count {
            return String(parts[index + 2])
        }
        throw .failed("the server's answer has no id: \(json.prefix(200))")
    }
}

/// One HTTP/1.1 connection that blocks: enough to set the stage.
final class HTTPClient {
    private let target: Target
    private let socket: Int32
    private var buffer: [UInt8] = []

    init(_ target: Target) throws(LoadError) {
        self.target = target
        socket = try Socket.connect(to: target, source: nil)
        // It was made for epoll; here waiting is right.
        _ = fcntl(socket, F_SETFL, 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    /// The answer's body.
    func post(_ path: String, _ body: String) throws(LoadError) -> String {
        let request = """
            POST \(path) HTTP/1.1\r
            Host: \(target.authority)\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
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
                guard let length else { throw .failed("the answer to \(path) has no length") }
                if buffer.count >= end.upperBound + length {
                    let body = String(decoding: buffer[end.upperBound..<end.upperBound + length], as: UTF8.self)
                    buffer.removeFirst(end.upperBound + length)
                    guard head.hasPrefix("http/1.1 2") else {
                        throw .failed("POST \(path) was refused: \(body.prefix(200))")
                    }
                    return body
                }
            }
            guard case .bytes(let count) = Socket.receive(socket, into: &chunk) else {
                throw .failed("the server did not answer POST \(path)")
            }
            buffer.append(contentsOf: chunk[..<count])
        }
    }
}
