import Glibc
import WSProtocol

/// A client that receives.
final class RelayReceiver {
    let socket: Int32
    var decoder = WebSocketDecoder(role: .client)
    /// By publisher.
    var checks: [SequenceCheck]

    /// - Parameter receiveBytes: how much the kernel keeps for it while it does not read; nil: as it likes.
    init(
        _ target: Target, path: String, publishers: Int, receiveBytes: Int32? = nil,
        _ random: inout SystemRandomNumberGenerator
    ) throws(LoadError) {
        checks = Array(repeating: SequenceCheck(), count: publishers)
        socket = try Socket.connect(to: target, source: nil, receiveBytes: receiveBytes)
        // Waiting is right until it is open.
        _ = fcntl(socket, F_SETFL, 0)
        var handshake: Handshake
        do throws(HandshakeFailure) {
            handshake = try Handshake(authority: target.authority, path: path, using: &random)
        } catch {
            throw .failed(error.description)
        }
        _ = Socket.send(socket, handshake.request[...])
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            guard case .bytes(let count) = Socket.receive(socket, into: &buffer) else {
                throw .failed("the server closed a connection during its handshake")
            }
            switch handshake.take(buffer.span.extracting(0..<count)) {
            case .needsMore: continue
            case .refused(let reason): throw .failed(reason)
            case .accepted(let rest):
                decoder.append(rest.span)
                _ = fcntl(socket, F_SETFL, O_NONBLOCK)
                return
            }
        }
    }

    /// Reads once, hands over each message with the time of the reading, in microseconds, and answers pings.
    ///
    /// - Throws: where the server has closed the connection, or broken the protocol.
    func read(into buffer: inout [UInt8], take: (Span<UInt8>, Int) -> Void) throws(LoadError) {
        guard case .bytes(let count) = Socket.receive(socket, into: &buffer) else {
            throw .failed("the server closed a receiver's connection")
        }
        let now = Clock.microseconds()
        var span = buffer.mutableSpan
        var part = span._mutatingExtracting(0..<count)
        var offset = 0
        var isClosed = false
        do throws(WSError) {
            while let event = try decoder.next(in: &part, at: &offset) {
                switch event {
                case .message(_, .inBuffer(let range)): take(part.span.extracting(range), now)
                case .message(_, .owned(let message)): take(message.span, now)
                case .ping: pong(mask: .random(in: .min ... .max))
                case .pong: break
                case .close: isClosed = true
                }
            }
        } catch {
            throw .failed("the server broke the protocol: \(error.description)")
        }
        if isClosed { throw .failed("the server closed a receiver's socket") }
    }

    /// Sends a text, which is short.
    func say(_ text: String, mask: UInt32) {
        var frame: [UInt8] = []
        FrameEncoder.append(.text, Array(text.utf8), mask: mask, to: &frame)
        _ = Socket.send(socket, frame[...])
    }

    /// Waits for a message that has `text` in it.
    func awaitMessage(with text: String) throws(LoadError) {
        _ = fcntl(socket, F_SETFL, 0)
        defer { _ = fcntl(socket, F_SETFL, O_NONBLOCK) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            do throws(WSError) {
                while let event = try decoder.next() {
                    guard case .message(_, let message) = event else { continue }
                    if message.firstRange(of: Array(text.utf8)) != nil { return }
                }
            } catch {
                throw .failed("the server broke the protocol: \(error.description)")
            }
            guard case .bytes(let count) = Socket.receive(socket, into: &buffer) else {
                throw .failed("the server did not answer on a socket")
            }
            decoder.append(buffer.span.extracting(0..<count))
        }
    }

    func pong(mask: UInt32) {
        var frame: [UInt8] = []
        FrameEncoder.append(.pong, [UInt8](), mask: mask, to: &frame)
        _ = Socket.send(socket, frame[...])
    }
}
