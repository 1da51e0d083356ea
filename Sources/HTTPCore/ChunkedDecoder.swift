/// Takes the chunked transfer coding off a body (RFC 9112 §7.1), a state at a time and without a buffer of its own:
/// sizes are counted up, extensions and trailers are checked and dropped, data goes straight into the body.
struct ChunkedDecoder: Sendable {
    private enum State: UInt8, Sendable {
        case sizeStart, size
        // chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
        case extensionGap, nameStart, name, nameGap, valueStart, value, quoted, quotedPair, valueEnd
        case sizeLineFeed, data, dataReturn, dataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed, endLineFeed
        case done
    }

    /// A size of 64 bits has 16 digits; more, even of zeros, come from no honest sender.
    private static let sizeDigitsMax = 16

    private var state = State.sizeStart
    private var sizeDigits: UInt8 = 0
    /// The size while it is read, then what is left of the chunk's data.
    private var remaining: UInt64 = 0
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var trailerCount = 0
    private(set) var hasBegun = false

    var isDone: Bool { state == .done }

    /// Consumes `bytes` from `offset`, and appends what is data to `body`. Stops behind the end of the body.
    mutating func decode(
        _ bytes: Span<UInt8>, at offset: inout Int, into body: inout [UInt8], limits: HTTPLimits
    ) throws(HTTPError) {
        while offset < bytes.count, state != .done {
            hasBegun = true
            if state == .data {
                let count = Int(min(remaining, UInt64(bytes.count - offset)))
                body.append(copying: bytes.extracting(offset..<offset + count))
                offset += count
                remaining -= UInt64(count)
                if remaining == 0 { state = .dataReturn }
            } else {
                try take(bytes[offset], bodyCount: body.count, limits)
                offset += 1
            }
        }
    }

    private mutating func take(_ byte: UInt8, bodyCount: Int, _ limits: HTTPLimits) throws(HTTPError) {
        switch state {
        case .sizeStart, .size: try takeSize(byte, bodyCount: bodyCount, limits)
        case .sizeLineFeed:
            guard byte == ASCII.lineFeed else { throw .malformedChunk }
            state = remaining == 0 ? .trailerStart : .data
        case .dataReturn:
            guard byte == ASCII.carriageReturn else { throw .malformedChunk }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == ASCII.lineFeed else { throw .malformedChunk }
            (state, sizeDigits) = (.sizeStart, 0)
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed, .endLineFeed:
            try takeTrailer(byte, limits)
        case .data, .done: break
        default:
            extensionBytes += 1
            guard extensionBytes <= limits.chunkExtensionBytesMax else { throw .chunkExtensionsTooLarge }
            state = try Self.afterExtensionByte(byte, state)
        }
    }

    private mutating func takeSize(_ byte: UInt8, bodyCount: Int, _ limits: HTTPLimits) throws(HTTPError) {
        if let digit = ASCII.hexValue(byte) {
            guard sizeDigits < Self.sizeDigitsMax else { throw .malformedChunk }
            remaining = remaining << 4 | UInt64(digit)
            sizeDigits += 1
            state = .size
            return
        }
        guard state == .size else { throw .malformedChunk }
        // Known as soon as the size is: nothing of a chunk too large is taken in.
        let room = limits.bodyBytesCap - min(UInt64(bodyCount), limits.bodyBytesCap)
        guard remaining <= room else { throw .bodyTooLarge }
        switch byte {
        case ASCII.carriageReturn: state = .sizeLineFeed
        case ASCII.semicolon: state = .nameStart
        case ASCII.space, ASCII.tab: state = .extensionGap
        default: throw .malformedChunk
        }
    }

    /// Pure: the state that follows a byte of the extensions.
    private static func afterExtensionByte(_ byte: UInt8, _ state: State) throws(HTTPError) -> State {
        let isGap = ASCII.isWhitespace(byte)
        switch state {
        case .extensionGap where isGap: return .extensionGap
        case .extensionGap where byte == ASCII.semicolon: return .nameStart
        case .nameStart where isGap: return .nameStart
        case .nameStart where ASCII.isToken(byte), .name where ASCII.isToken(byte): return .name
        case .name where isGap, .nameGap where isGap: return .nameGap
        case .name where byte == ASCII.equals, .nameGap where byte == ASCII.equals: return .valueStart
        case .valueStart where isGap: return .valueStart
        case .valueStart where byte == ASCII.quote: return .quoted
        case .valueStart where ASCII.isToken(byte), .value where ASCII.isToken(byte): return .value
        case .quoted where byte == ASCII.quote: return .valueEnd
        case .quoted where byte == ASCII.backslash: return .quotedPair
        case .quoted where byte == ASCII.tab || !ASCII.isControl(byte): return .quoted
        case .quotedPair where byte == ASCII.tab || !ASCII.isControl(byte): return .quoted
        case .value where isGap, .valueEnd where isGap: return .extensionGap
        case .name, .nameGap, .value, .valueEnd:
            if byte == ASCII.semicolon { return .nameStart }
            guard byte == ASCII.carriageReturn, state != .nameGap else { throw .malformedChunk }
            return .sizeLineFeed
        default: throw .malformedChunk
        }
    }

    /// Trailers have the syntax of field lines, and are dropped: a recipient may (RFC 9110 §6.5.1), and none of them
    /// may then change what the head said.
    private mutating func takeTrailer(_ byte: UInt8, _ limits: HTTPLimits) throws(HTTPError) {
        trailerBytes += 1
        guard trailerBytes <= limits.headBytesCap else { throw .headTooLarge }
        switch state {
        case .trailerStart where byte == ASCII.carriageReturn: state = .endLineFeed
        case .trailerStart where ASCII.isToken(byte):
            trailerCount += 1
            guard trailerCount <= limits.headerCountMax else { throw .tooManyHeaders }
            state = .trailerName
        case .trailerName where ASCII.isToken(byte): break
        case .trailerName where byte == ASCII.colon: state = .trailerValue
        case .trailerValue where byte == ASCII.carriageReturn: state = .trailerLineFeed
        case .trailerValue where byte == ASCII.tab || !ASCII.isControl(byte): break
        case .trailerLineFeed where byte == ASCII.lineFeed: state = .trailerStart
        case .endLineFeed where byte == ASCII.lineFeed: state = .done
        case .trailerStart where ASCII.isWhitespace(byte): throw .foldedHeader
        default: throw .malformedHeader
        }
    }
}
