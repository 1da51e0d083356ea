/// A piece of a response that is read while it comes.
public enum ResponsePart: Sendable {
    /// Its body is empty: it follows. An informational one (1xx but 101) stands alone, without an `end`.
    case head(ClientResponse)
    case body([UInt8])
    case end
}

/// Reads the responses of one connection, as a client does: bytes in with `append`, responses out with `next`, or with
/// `nextPart` if a body may be long or never end. Use one of the two throughout.
///
/// Say with `expect` what was sent, in order: a response to `HEAD` or `CONNECT` is framed differently. Informational
/// responses come out like others; the one that answers is still to come. When the peer has closed, call `end`: a body
/// without a length ends there. After 101, and after a `CONNECT` that succeeded, stop, and `takeTrailingBytes`.
///
/// After an error every further call throws the same: close.
public struct ResponseParser: Sendable {
    private enum Phase: Sendable {
        case head
        case length(UInt64)
        case chunked(ChunkedDecoder)
        case untilClose
        /// All of the body is out; its `end` is not.
        case ending
        case failed(HTTPError)
    }

    private let limits: HTTPLimits
    /// A body in parts is as long as it likes; who collects it counts.
    private let partLimits: HTTPLimits
    private var phase = Phase.head
    private var head = UnfinishedHead()
    private var input: [UInt8] = []
    private var inputOffset = 0
    private var expected: [Method] = []
    /// The peer has closed; bytes from before may still be to be read.
    private var isClosed = false
    /// What `next` has so far.
    private var collected: ClientResponse?

    public init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        partLimits = {
            var limits = limits
            limits.bodyBytesMax = .max
            return limits
        }()
    }

    /// A request has been sent. Responses that nothing was said of are read as answers to a `GET`.
    public mutating func expect(_ method: Method) { expected.append(method) }

    /// Takes in bytes from the peer; then call `next` until it is nil.
    public mutating func append(_ bytes: Span<UInt8>) {
        if inputOffset > 0 {
            input.removeFirst(inputOffset)
            inputOffset = 0
        }
        input.append(copying: bytes)
    }

    /// The next whole response; nil: more bytes are needed, or the end of the connection.
    public mutating func next() throws(HTTPError) -> ClientResponse? {
        while let part = try nextPart() {
            switch part {
            case .head(let response):
                if response.status.isInformational, response.status != .switchingProtocols { return response }
                collected = response
                if case .length(let count) = phase, count > limits.bodyBytesCap { try fail(.bodyTooLarge) }
            case .body(let bytes):
                let soFar = collected?.body.count ?? 0
                guard UInt64(soFar) + UInt64(bytes.count) <= limits.bodyBytesCap else { try fail(.bodyTooLarge) }
                collected?.body.append(contentsOf: bytes)
            case .end: return collected.take()
            }
        }
        return nil
    }

    /// The next piece; nil: more bytes are needed, or the end of the connection.
    public mutating func nextPart() throws(HTTPError) -> ResponsePart? {
        do throws(HTTPError) {
            return try readPart()
        } catch {
            try fail(error)
        }
    }

    /// The peer has closed its side. Then ask `next` again: it gives what a body without a length had come to, or
    /// throws `endedEarly` if the connection ended within a message.
    public mutating func end() { isClosed = true }

    /// What came behind the last response: after an upgrade, the first bytes of the other protocol.
    public mutating func takeTrailingBytes() -> [UInt8] {
        var trailing = head.take()
        trailing.append(copying: input.span.extracting(droppingFirst: inputOffset))
        (input, inputOffset) = ([], 0)
        return trailing
    }

    // MARK: Steps

    private mutating func fail(_ error: HTTPError) throws(HTTPError) -> Never {
        phase = .failed(error)
        throw error
    }

    private mutating func readPart() throws(HTTPError) -> ResponsePart? {
        let taken = input
        var offset = inputOffset
        (input, inputOffset) = ([], 0)
        defer {
            if offset < taken.count { (input, inputOffset) = (taken, offset) }
        }
        switch phase {
        case .failed(let error): throw error
        case .ending:
            phase = .head
            return .end
        case .head:
            if let part = try readHead(taken.span, &offset) { return part }
            if isClosed, !head.isEmpty { throw .endedEarly }
            return nil
        case .length, .chunked, .untilClose:
            if let part = try readBody(taken.span, &offset) { return part }
            guard isClosed else { return nil }
            guard case .untilClose = phase else { throw .endedEarly }
            phase = .head
            return .end
        }
    }

    private mutating func readHead(_ bytes: Span<UInt8>, _ offset: inout Int) throws(HTTPError) -> ResponsePart? {
        guard offset < bytes.count, head.append(bytes, at: &offset, limits) else { return nil }
        let taken = head.take()
        let method = expected.first ?? .get
        guard let read = try ResponseHead.read(taken.span, from: 0, answering: method, limits: limits) else {
            head.putBack(taken)
            return nil
        }
        let isFinal = !read.response.status.isInformational || read.response.status == .switchingProtocols
        if isFinal, !expected.isEmpty { expected.removeFirst() }
        switch read.framing {
        case .none: phase = isFinal ? .ending : .head
        case .length(let count): phase = .length(count)
        case .chunked: phase = .chunked(ChunkedDecoder())
        case .untilClose: phase = .untilClose
        }
        return .head(read.response)
    }

    private mutating func readBody(_ bytes: Span<UInt8>, _ offset: inout Int) throws(HTTPError) -> ResponsePart? {
        guard offset < bytes.count else { return nil }
        var body: [UInt8] = []
        switch phase {
        case .length(let remaining):
            let count = Int(min(remaining, UInt64(bytes.count - offset)))
            body.append(copying: bytes.extracting(offset..<offset + count))
            offset += count
            phase = remaining == UInt64(count) ? .ending : .length(remaining - UInt64(count))
        case .chunked(var decoder):
            try decoder.decode(bytes, at: &offset, into: &body, limits: partLimits)
            phase = decoder.isDone ? .ending : .chunked(decoder)
            if body.isEmpty {
                if decoder.isDone { phase = .head }
                return decoder.isDone ? .end : nil
            }
        default:
            body.append(copying: bytes.extracting(droppingFirst: offset))
            offset = bytes.count
        }
        return .body(body)
    }
}
