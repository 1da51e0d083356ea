/// One connection from the end of its handshake to the end of its close handshake: decoder and encoder together, with
/// the answers that RFC 6455 asks for, for programs that would rather not write them.
///
/// Bytes come in by `append(_:)`; `next()` gives events until it returns nil; `send`, `ping` and `close` say something;
/// `takeOutput()` is what is to be written to the transport then. Pings are answered, the peer's close is answered,
/// and a violation is answered with its close code.
public struct WebSocket: Sendable {
    /// How far the connection is from its end (RFC 6455 §7.1).
    public enum State: Sendable, Equatable {
        case open
        /// We sent a close frame and wait for the peer's. Give it a deadline of some seconds.
        case closing
        /// Nothing more comes or goes: write what `takeOutput()` has, then close the transport. A client waits a little
        /// for the server to close it first (§7.1.1).
        case closed
    }

    public private(set) var state = State.open
    /// What the peer did wrong, where that ended the connection.
    public private(set) var violation: WSError?

    private var decoder: WebSocketDecoder
    private var encoder: WebSocketEncoder
    private var output: [UInt8] = []
    private var random: any RandomNumberGenerator & Sendable

    /// - Parameters:
    ///   - role: who we are.
    ///   - limits: what the peer may make us hold.
    ///   - deflate: what the handshake agreed on.
    ///   - random: where a client's masks come from; nobody may be able to predict it (§10.3).
    public init(
        role: Role, limits: WSLimits = WSLimits(), deflate: DeflateAgreement? = nil,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        decoder = WebSocketDecoder(role: role, limits: limits, deflate: deflate)
        encoder = WebSocketEncoder(role: role, deflate: deflate)
        self.random = random
    }

    /// Tells the time, for the limit on control frames (`WebSocketDecoder.advance(toMs:)`).
    public mutating func advance(toMs nowMs: Int64) { decoder.advance(toMs: nowMs) }

    /// Hands over bytes from the peer. Call `next()` until it returns nil before appending more.
    public mutating func append(_ bytes: [UInt8]) {
        if state != .closed { decoder.append(bytes) }
    }

    /// The next event; nil where there is none. After a close event, and after a violation, the state is `closed`.
    public mutating func next() -> WSEvent? {
        guard state != .closed else { return nil }
        do throws(WSError) {
            guard let event = try decoder.next() else { return nil }
            switch event {
            case .ping(let payload): if state == .open { appendFrame(.pong, payload) }
            case .close(let code, _): end(code, reason: "")
            case .message, .pong: break
            }
            return event
        } catch {
            violation = error
            end(error.closeCode, reason: error.description)
            return nil
        }
    }

    /// Sends a text message. Without effect once a close frame was sent.
    public mutating func send(_ text: String) { send(.text, Array(text.utf8)) }

    /// Sends a message; a text must be UTF-8. Without effect once a close frame was sent.
    public mutating func send(_ kind: MessageKind, _ payload: [UInt8]) {
        guard state == .open else { return }
        encoder.encode(kind, payload, mask: nextMask(), to: &output)
    }

    /// Asks for a pong with the same payload, of which at most 125 bytes are sent.
    public mutating func ping(_ payload: [UInt8] = []) {
        if state == .open { appendFrame(.ping, payload) }
    }

    /// Begins the close handshake. Messages that are under way still come in; the peer's close event ends it.
    public mutating func close(_ code: CloseCode? = .normal, reason: String = "") {
        guard state == .open else { return }
        FrameEncoder.appendClose(code, reason: reason, mask: nextMask(), to: &output)
        state = .closing
    }

    /// What is to be written to the transport, once.
    public mutating func takeOutput() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &output)
        return taken
    }

    private mutating func end(_ code: CloseCode?, reason: String) {
        if state == .open { FrameEncoder.appendClose(code, reason: reason, mask: nextMask(), to: &output) }
        state = .closed
    }

    private mutating func appendFrame(_ opcode: Opcode, _ payload: [UInt8]) {
        FrameEncoder.append(opcode, payload, mask: nextMask(), to: &output)
    }

    private mutating func nextMask() -> UInt32? { encoder.role == .client ? random.next() : nil }
}
