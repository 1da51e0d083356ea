import ChatDomain
import Glibc
import WSProtocol

@testable import ChatServerApp

/// A plain blocking client on a real socket. Each wait ends with an error after some seconds, so that a test that hears
/// nothing fails.
final class SocketClient {
    private let raw: Int32
    private var unread: [UInt8] = []
    private var decoder = WebSocketDecoder(role: .client)
    private var random = SplitMix64(seed: .random(in: 0 ... .max))

    enum Failure: Error {
        case notConnected
        /// The server ended the connection, or said nothing for too long.
        case ended
        case handshake(String)
    }

    init(_ address: ListenAddress) throws {
        raw = try Self.connect(to: address)
    }

    private static func connect(to address: ListenAddress) throws -> Int32 {
        let resolved = try SocketAddress(resolving: address)
        let raw = socket(resolved.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw Failure.notConnected }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        // The structure lives for the call.
        _ = unsafe setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let code = unsafe resolved.withPointer { unsafe Glibc.connect(raw, $0, $1) }
        guard code == 0 else {
            close(raw)
            throw Failure.notConnected
        }
        return raw
    }

    deinit { close(raw) }

    func send(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            // The bytes are lent to the call.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    raw, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.ended }
            start += count
        }
    }

    private func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        // The kernel writes at most the buffer's bytes.
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(raw, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { throw Failure.ended }
        return Array(buffer[..<count])
    }

    /// Whether the server ends the connection next.
    var seesEnd: Bool {
        do {
            unread += try receive()
            return false
        } catch {
            return true
        }
    }

    // MARK: HTTP

    /// Sends a request, and returns the status and the body of the answer.
    func request(_ method: String, _ path: String, body: String = "") throws -> (status: Int, body: String) {
        let head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        try send(Array((head + body).utf8))
        let answer = try readHead()
        guard case .response(let status) = answer.startLine else { throw Failure.ended }
        let count = answer.value(of: "content-length").flatMap { Int($0) } ?? 0
        while unread.count < count { unread += try receive() }
        let content = String(decoding: unread[..<count], as: UTF8.self)
        unread.removeFirst(count)
        return (status, content)
    }

    private func readHead() throws -> HandshakeHead {
        var reader = HandshakeHeadReader()
        reader.append(unread.span)
        unread = []
        while true {
            if let head = try reader.next() {
                unread = reader.takeRest()
                return head
            }
            let bytes = try receive()
            reader.append(bytes.span)
        }
    }

    // MARK: WebSocket

    func upgrade(_ path: String) throws {
        let key = HandshakeKey(using: &random)
        var request: [UInt8] = []
        try ClientHandshake.appendRequest(host: "localhost", target: path, key: key, to: &request)
        try send(request)
        _ = try ClientHandshake.check(try readHead(), key: key)
        decoder.append(unread.span)
        unread = []
    }

    func say(_ text: String) throws {
        var frame: [UInt8] = []
        FrameEncoder.append(.text, Array(text.utf8), mask: UInt32(truncatingIfNeeded: random.next()), to: &frame)
        try send(frame)
    }

    /// The next event that is no ping; pings are answered.
    func next() throws -> WSEvent {
        while true {
            guard let event = try decoder.next() else {
                let bytes = try receive()
                decoder.append(bytes.span)
                continue
            }
            guard case .ping(let payload) = event else { return event }
            var frame: [UInt8] = []
            FrameEncoder.append(.pong, payload, mask: UInt32(truncatingIfNeeded: random.next()), to: &frame)
            try send(frame)
        }
    }

    /// The next text that `isWanted`; others are passed over.
    func text(_ isWanted: (String) -> Bool = { _ in true }) throws -> String {
        while true {
            switch try next() {
            case .message(.text, let bytes):
                let text = String(decoding: bytes, as: UTF8.self)
                if isWanted(text) { return text }
            case .close: throw Failure.ended
            default: continue
            }
        }
    }

    /// The code of the close frame that is to come; what comes before it is passed over.
    func closeCode() throws -> UInt16? {
        while true { if case .close(let code, _) = try next() { return code?.rawValue } }
    }
}
