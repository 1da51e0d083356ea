import ChatDomain
import WSProtocol

@testable import ChatHub

/// The peer of one connection: what it says waits in `unsent` until the harness delivers it, what it was sent is read
/// as HTTP first and as WebSocket after the upgrade.
final class TestClient {
    let id: ConnectionID
    let loop: Int

    /// Bytes on their way to the hub.
    var unsent: [UInt8] = []
    /// The client sends no more: after `unsent` comes the end.
    private(set) var hasEnded = false
    var endWasDelivered = false
    /// How many bytes the client takes from now on; less than all makes it a slow receiver.
    var windowBytes = Int.max
    var answersPings = true
    /// Closes its side when the server has ended its own; a well-behaved peer does.
    var closesBehindServer = true

    /// The server will send no more.
    private(set) var sawEnd = false
    /// The connection is no more.
    private(set) var isGone = false
    /// How many writes have brought bytes.
    private(set) var writeCount = 0
    private(set) var bytesReceived = 0

    private var http = ResponseReader()
    private(set) var webSocket: WebSocketDecoder?
    private var handshakeKey: HandshakeKey?
    private var offeredProtocols: [String] = []
    private var offeredDeflate: DeflateOptions?
    private(set) var subprotocol: String?
    private(set) var handshakeFailure: String?
    private var responses: [TestResponse] = []
    private var frames: [WSEvent] = []
    /// JSON that a test has taken and wants to take again.
    var unread: [JSONValue] = []
    private(set) var pingCount = 0
    /// What the decoder found wrong with the server's frames.
    private(set) var error: WSError?
    /// What came after a Close frame, which must be nothing.
    private(set) var bytesBehindClose = 0
    private var random: SplitMix64

    init(id: ConnectionID, loop: Int) {
        self.id = id
        self.loop = loop
        random = SplitMix64(seed: id.rawValue)
    }

    var number: UInt64 { id.number }

    // MARK: Saying

    func sendRaw(_ text: String) { unsent += Array(text.utf8) }

    func sendRaw(_ bytes: [UInt8]) { unsent += bytes }

    /// A whole request. `Host` is there unless given among the headers; `Content-Length` follows from the body.
    func sendRequest(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String? = nil,
        version: String = "HTTP/1.1"
    ) {
        var head = "\(method) \(path) \(version)\r\n"
        if !headers.contains(where: { $0.0 == "Host" }) { head += "Host: localhost:8080\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        sendRaw(head + "\r\n" + (body ?? ""))
        http.expect(method)
    }

    /// Notes that an answer will come to a request sent by `sendRaw`.
    func expectResponse(to method: String) { http.expect(method) }

    /// Asks for an upgrade; `webSocket` is there once the server agrees.
    func sendUpgrade(
        _ path: String, host: String = "localhost:8080", headers: [(String, String)] = [], protocols: [String] = [],
        deflate: DeflateOptions? = nil
    ) throws {
        let key = HandshakeKey(using: &random)
        var request: [UInt8] = []
        try ClientHandshake.appendRequest(
            host: host, target: path, key: key, protocols: protocols,
            headers: headers.map { (name: $0.0, value: $0.1) }, deflate: deflate, to: &request)
        offeredProtocols = protocols
        offeredDeflate = deflate
        handshakeKey = key
        sendRaw(request)
        http.expect("GET")
    }

    func send(_ text: String) { send(.text, Array(text.utf8)) }

    func send(_ opcode: Opcode, _ payload: [UInt8], fin: Bool = true) {
        FrameEncoder.append(
            opcode, payload, fin: fin, mask: UInt32(truncatingIfNeeded: random.next()), to: &unsent)
    }

    func sendClose(_ code: CloseCode?, reason: String = "") {
        FrameEncoder.appendClose(code, reason: reason, mask: UInt32(truncatingIfNeeded: random.next()), to: &unsent)
    }

    /// Ends the client's side; what the server says is still read.
    func end() { hasEnded = true }

    // MARK: Hearing

    func takeResponses() -> [TestResponse] {
        defer { responses = [] }
        return responses
    }

    /// Everything but pings since the last call.
    func takeFrames() -> [WSEvent] {
        defer { frames = [] }
        return frames
    }

    /// The text messages since the last call; other frames are dropped.
    func takeTexts() -> [String] {
        takeFrames().compactMap { event in
            guard case .message(.text, let bytes) = event else { return nil }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The text messages since the last call; other frames are kept for the next one.
    func takeTexts(keepingOthers: Bool) -> [String] {
        var texts: [String] = []
        var others: [WSEvent] = []
        for event in takeFrames() {
            if case .message(.text, let bytes) = event {
                texts.append(String(decoding: bytes, as: UTF8.self))
            } else {
                others.append(event)
            }
        }
        if keepingOthers { frames = others }
        return texts
    }

    /// The code of the close frame since the last call; other frames are dropped.
    func takeCloseCode() -> UInt16? {
        for case .close(let code, _) in takeFrames() { return code?.rawValue ?? CloseCode.noStatus.rawValue }
        return nil
    }

    // MARK: The harness

    func receive(_ bytes: [UInt8]) {
        writeCount += 1
        bytesReceived += bytes.count
        guard webSocket == nil else {
            readFrames(bytes)
            return
        }
        http.append(bytes)
        while let response = http.next() {
            responses.append(response)
            if response.status == 101 {
                beginWebSocket(response)
                return
            }
        }
    }

    private func beginWebSocket(_ response: TestResponse) {
        guard let key = handshakeKey else {
            handshakeFailure = "a 101 that nobody asked for"
            return
        }
        var deflate: DeflateAgreement?
        do {
            var reader = HandshakeHeadReader()
            reader.append(response.head.span)
            guard let head = try reader.next() else { throw HandshakeHead.Flaw.malformed }
            let agreed = try ClientHandshake.check(
                head, key: key, protocols: offeredProtocols, deflate: offeredDeflate)
            subprotocol = agreed.subprotocol
            deflate = agreed.deflate
        } catch {
            handshakeFailure = "\(error)"
            return
        }
        webSocket = WebSocketDecoder(
            role: .client, limits: WSLimits(frameBytesMax: 1 << 24, messageBytesMax: 1 << 24),
            deflate: deflate)
        readFrames(http.takeRest())
    }

    private func readFrames(_ bytes: [UInt8]) {
        guard webSocket?.isEnded == false else {
            bytesBehindClose += bytes.count
            return
        }
        var buffer = bytes
        var offset = 0
        var span = buffer.mutableSpan
        do throws(WSError) {
            while let event = try webSocket?.next(in: &span, at: &offset) {
                switch event {
                case .message(let kind, let payload): frames.append(.message(kind, copy(payload, span.span)))
                case .ping(let payload):
                    pingCount += 1
                    if answersPings { send(.pong, copy(payload, span.span)) }
                case .pong(let payload): frames.append(.pong(copy(payload, span.span)))
                case .close(let code, let reason):
                    frames.append(.close(code, reason: reason))
                    bytesBehindClose += bytes.count - offset
                    return
                }
            }
        } catch {
            self.error = error
        }
    }

    private func copy(_ payload: Payload, _ bytes: Span<UInt8>) -> [UInt8] {
        switch payload {
        case .inBuffer(let range): range.map { bytes[$0] }
        case .owned(let own): own
        }
    }

    func serverEnded() {
        sawEnd = true
        if closesBehindServer { hasEnded = true }
    }

    func connectionWent() {
        sawEnd = true
        isGone = true
        unsent = []
    }
}
