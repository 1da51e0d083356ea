import WSProtocol

/// What a decoder made of some bytes.
struct Outcome: Equatable, CustomStringConvertible {
    var events: [WSEvent] = []
    var error: WSError?

    var description: String { "\(events), \(error.map { "\($0)" } ?? "no error")" }
}

/// Which of the decoder's two forms is driven.
enum Form: CaseIterable { case people, inPlace }

/// Feeds `pieces` one after another, as a program would, and collects what comes out.
func decode(_ pieces: [[UInt8]], form: Form, with decoder: WebSocketDecoder) -> Outcome {
    var decoder = decoder
    var outcome = Outcome()
    do throws(WSError) {
        for piece in pieces {
            switch form {
            case .people:
                decoder.append(piece.span)
                while let event = try decoder.next() { outcome.events.append(event) }
            case .inPlace:
                var buffer = piece
                var span = buffer.mutableSpan
                var offset = 0
                while let event = try decoder.next(in: &span, at: &offset) {
                    outcome.events.append(event.owned(from: span.span))
                }
                precondition(offset == span.count, "nil was returned before the bytes were used up")
            }
        }
    } catch {
        outcome.error = error
    }
    return outcome
}

/// The bytes in every way that matters: whole, byte by byte, and split in two at every point (at 64 points where there
/// are more).
func splittings(of bytes: [UInt8]) -> [[[UInt8]]] {
    var ways = [[bytes], bytes.map { [$0] }]
    let step = max(1, bytes.count / 64)
    for point in stride(from: 1, to: bytes.count, by: step) {
        ways.append([Array(bytes[..<point]), Array(bytes[point...])])
    }
    return ways
}

/// A frame by the drawing of RFC 6455 §5.2, legal or not, written apart from the library.
func frame(
    _ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true, rsv: UInt8 = 0,
    mask: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D],
    lengthBytes: Int? = nil, announced: UInt64? = nil
) -> [UInt8] {
    let count = announced ?? UInt64(payload.count)
    let form = lengthBytes ?? (count < 126 ? 0 : count < 65_536 ? 2 : 8)
    var bytes: [UInt8] = [(fin ? 0x80 : 0) | rsv << 4 | opcode]
    let masked: UInt8 = mask == nil ? 0 : 0x80
    bytes.append(masked | (form == 0 ? UInt8(count) : form == 2 ? 126 : 127))
    for index in 0..<form { bytes.append(UInt8(truncatingIfNeeded: count >> UInt64((form - 1 - index) * 8))) }
    bytes += mask ?? []
    for (index, byte) in payload.enumerated() { bytes.append(byte ^ (mask?[index % 4] ?? 0)) }
    return bytes
}

extension InPlaceEvent {
    func owned(from bytes: Span<UInt8>) -> WSEvent {
        switch self {
        case .message(let kind, let payload): .message(kind, payload.bytes(in: bytes))
        case .ping(let payload): .ping(payload.bytes(in: bytes))
        case .pong(let payload): .pong(payload.bytes(in: bytes))
        case .close(let code, let reason): .close(code, reason: reason)
        }
    }
}

extension Payload {
    func bytes(in buffer: Span<UInt8>) -> [UInt8] {
        switch self {
        case .inBuffer(let range): range.map { buffer[$0] }
        case .owned(let bytes): bytes
        }
    }
}
