/// Reads the requests of one connection, as a server does: bytes in with `append`, requests out with `next`.
///
/// There are two forms. The plain one keeps what it is given until it is asked:
///
///     parser.append(bytes)
///     while let request = try parser.next() { … }
///
/// A server loop with one receive buffer uses the other, and does not mix the two: `next(in:at:)` reads straight from
/// the buffer and keeps only the unfinished rest. After a request that upgrades, that is `CONNECT`, or that does not
/// keep the connection alive, stop asking: what follows is not HTTP, or not to be answered.
///
/// After an error every further call throws the same: answer with its status and close.
public struct RequestParser: Sendable {
    /// A body that has not come whole. It is boxed, so that an idle parser is small and holds no heap memory.
    private struct Pending: Sendable {
        enum Progress: Sendable {
            case length(UInt64)
            case chunked(ChunkedDecoder)
        }

        var request: Request
        var progress: Progress

        var hasBegun: Bool {
            switch progress {
            case .length: !request.body.isEmpty
            case .chunked(let decoder): decoder.hasBegun
            }
        }
    }

    private enum Phase: Sendable {
        case head
        indirect case body(Pending)
        /// - Parameter request: that whose body is wrong, without it; nil: the head is wrong.
        indirect case failed(HTTPError, Request?)
    }

    /// May be changed between two requests: a body that is under way keeps to what is said when it comes.
    public var limits: HTTPLimits

    private var phase = Phase.head
    /// The beginning of a head whose end has not come.
    private var head = UnfinishedHead()
    /// Of the plain form: bytes given and not yet read, from `inputOffset`.
    private var input: [UInt8] = []
    private var inputOffset = 0

    public init(limits: HTTPLimits = HTTPLimits()) { self.limits = limits }

    // MARK: The plain form

    /// Takes in bytes from the peer; then call `next` until it is nil.
    public mutating func append(_ bytes: Span<UInt8>) {
        if inputOffset > 0 {
            input.removeFirst(inputOffset)
            inputOffset = 0
        }
        input.append(copying: bytes)
    }

    /// The next whole request; nil: more bytes are needed.
    public mutating func next() throws(HTTPError) -> Request? {
        let taken = input
        input = []
        var offset = inputOffset
        inputOffset = 0
        defer {
            if offset < taken.count { (input, inputOffset) = (taken, offset) }
        }
        return try next(in: taken.span, at: &offset)
    }

    /// What came behind the last request: after an upgrade, the first bytes of the other protocol. The parser is idle
    /// afterwards.
    public mutating func takeTrailingBytes() -> [UInt8] {
        var trailing = head.take()
        trailing.append(copying: input.span.extracting(droppingFirst: inputOffset))
        (input, inputOffset) = ([], 0)
        return trailing
    }

    // MARK: The form for a server loop

    /// The next whole request of those in `bytes` from `offset` on, which moves behind what was consumed. If it is nil,
    /// all of `bytes` was consumed, and more are needed; else further requests are still in `bytes`.
    public mutating func next(in bytes: Span<UInt8>, at offset: inout Int) throws(HTTPError) -> Request? {
        do throws(HTTPError) {
            switch phase {
            case .failed(let error, _): throw error
            case .head: return try readHead(bytes, &offset)
            case .body(let pending):
                phase = .head
                return try readBody(pending, bytes, &offset)
            }
        } catch {
            if case .failed = phase { throw error }
            phase = .failed(error, nil)
            throw error
        }
    }

    // MARK: What is under way

    /// Between requests, with nothing buffered: the connection may wait as long as an idle one may.
    public var isIdle: Bool {
        guard case .head = phase else { return false }
        return head.isEmpty && input.isEmpty
    }

    /// The request whose head has come and whose body has not, or is wrong: for an answer to it. nil: there is none.
    public var unfinishedRequest: Request? {
        switch phase {
        case .head: nil
        case .body(let pending): pending.request
        case .failed(_, let request): request
        }
    }

    /// A head has come whole, and its body has not.
    public var isReadingBody: Bool {
        if case .body = phase { true } else { false }
    }

    /// The client waits: answer "HTTP/1.1 100 Continue" now, or with a final status instead. Until the first byte of
    /// the body is there, so send it once.
    public var wantsContinue: Bool {
        guard case .body(let pending) = phase else { return false }
        return pending.request.expectsContinue && !pending.hasBegun
    }

    // MARK: Steps

    private mutating func readHead(_ bytes: Span<UInt8>, _ offset: inout Int) throws(HTTPError) -> Request? {
        guard offset < bytes.count else { return nil }
        if head.isEmpty {
            guard let read = try RequestHead.read(bytes, from: offset, limits: limits) else {
                head.append(bytes, at: &offset, limits)
                return nil
            }
            offset = read.end
            return try readBody(of: read, bytes, &offset)
        }
        guard head.append(bytes, at: &offset, limits) else { return nil }
        let taken = head.take()
        guard let read = try RequestHead.read(taken.span, from: 0, limits: limits) else {
            head.putBack(taken)
            return nil
        }
        return try readBody(of: read, bytes, &offset)
    }

    private mutating func readBody(
        of head: consuming RequestHead, _ bytes: Span<UInt8>, _ offset: inout Int
    ) throws(HTTPError) -> Request? {
        switch head.framing {
        case .none, .untilClose: return head.request
        case .length(let count):
            guard count <= limits.bodyBytesCap else {
                phase = .failed(.bodyTooLarge, head.request)
                throw .bodyTooLarge
            }
            return try readBody(Pending(request: head.request, progress: .length(count)), bytes, &offset)
        case .chunked:
            let decoder = ChunkedDecoder()
            return try readBody(Pending(request: head.request, progress: .chunked(decoder)), bytes, &offset)
        }
    }

    private mutating func readBody(
        _ taken: consuming Pending, _ bytes: Span<UInt8>, _ offset: inout Int
    ) throws(HTTPError) -> Request? {
        var pending = taken
        let isWhole: Bool
        switch pending.progress {
        case .length(let remaining):
            // What is here is taken, never what was declared: an announced length allocates nothing.
            let count = Int(min(remaining, UInt64(bytes.count - offset)))
            pending.request.body.append(copying: bytes.extracting(offset..<offset + count))
            offset += count
            pending.progress = .length(remaining - UInt64(count))
            isWhole = remaining == UInt64(count)
        case .chunked(var decoder):
            do throws(HTTPError) {
                try decoder.decode(bytes, at: &offset, into: &pending.request.body, limits: limits)
            } catch {
                pending.request.body = []
                phase = .failed(error, pending.request)
                throw error
            }
            pending.progress = .chunked(decoder)
            isWhole = decoder.isDone
        }
        if isWhole { return pending.request }
        phase = .body(pending)
        return nil
    }
}
