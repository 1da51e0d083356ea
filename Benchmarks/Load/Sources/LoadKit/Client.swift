import WSProtocol

/// One of our connections.
final class Client {
    enum State {
        case idle
        case connecting
        case shakingHands
        case open
        /// Our close frame is on its way.
        case closing
        case ended
    }

    let number: Int
    let room: Int
    var state = State.idle
    var socket: Int32 = -1
    var startedAtUs = 0
    var handshake: Handshake?
    var decoder: WebSocketDecoder
    /// What waits to be written.
    private(set) var output: [UInt8] = []
    private var outputOffset = 0
    /// On the driver's list of those that have something to write.
    var isDirty = false
    var isWaitingToWrite = false

    init(number: Int, room: Int) {
        self.number = number
        self.room = room
        decoder = WebSocketDecoder(role: .client, limits: Self.limits)
    }

    /// Puts the client back to before it connected.
    func reset() {
        state = .idle
        socket = -1
        handshake = nil
        decoder = WebSocketDecoder(role: .client, limits: Self.limits)
        output.removeAll(keepingCapacity: true)
        outputOffset = 0
        isWaitingToWrite = false
    }

    /// Adds bytes that are no frame: the request of the handshake.
    func queue(_ bytes: [UInt8]) { output.append(contentsOf: bytes) }

    /// Adds a frame.
    func queue(_ opcode: Opcode, _ payload: [UInt8], mask: UInt32) {
        FrameEncoder.append(opcode, payload, mask: mask, to: &output)
    }

    /// Adds the answer to a ping.
    func queuePong(_ payload: Span<UInt8>, mask: UInt32) {
        FrameEncoder.append(.pong, payload, mask: mask, to: &output)
    }

    /// Adds a close frame.
    func queueClose(mask: UInt32) {
        FrameEncoder.appendClose(.normal, mask: mask, to: &output)
    }

    /// Writes what waits, in one go.
    func flush() -> Flush {
        guard outputOffset < output.count else { return .done }
        switch Socket.send(socket, output[outputOffset...]) {
        case .bytes(let count):
            outputOffset += count
            guard outputOffset == output.count else { return .rest }
            output.removeAll(keepingCapacity: true)
            outputOffset = 0
            return .done
        case .wouldBlock: return .rest
        case .ended: return .ended
        }
    }

    enum Flush {
        case done, rest, ended
    }

    private static let limits = WSLimits(frameBytesMax: 1 << 24, messageBytesMax: 1 << 24, fragmentsMax: 65_536)
}
