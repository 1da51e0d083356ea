import ChatDomain
import HTTPCore
import WSProtocol

/// One feed that comes over the network, as a state machine: what happens to its connection and the time go in, what is
/// to be done and items come out.
///
/// A connection (`FeedLink`) is opened, asked, listened to, and closed; each redirection takes a new one. Whatever ends
/// it, `FeedBackoff` says when the next attempt is made. What an earlier connection still has to say is not heard.
final class FeedMachine {
    let configuration: FeedConfiguration
    private(set) var status: FeedStatus
    /// What is to be done, in order; to be taken by the owner.
    private(set) var actions: [FeedAction] = []
    private(set) var items: [FeedItem] = []
    /// When `advance` has something to do.
    private(set) var deadline: Instant?

    private let url: FeedURL
    private let format: FeedFormat
    private let limits: HubLimits
    private let number: UInt32
    private var attempts: UInt32 = 0
    private var phase = Phase.idle
    private var backoff = FeedBackoff()
    private var redirectCount = 0
    private var lastEventID: String?
    private var cursor: String?
    private var lastHeard: Instant
    private var hasPinged = false
    private var random: SplitMix64
    /// Frames are masked with numbers of their own, of which the source learns nothing from the handshake's.
    private var masks: SplitMix64

    private enum Phase {
        case idle
        /// Wants to try again at `deadline`.
        case waiting
        case opening(FeedLink, FeedRequest)
        /// The request is sent, and the head of the answer not complete.
        case asking(FeedLink, FeedRequest, ResponseParser)
        case streaming(OpenStream)
        case stopped
    }

    /// A connection whose answer has begun.
    private final class OpenStream {
        let link: FeedLink
        let since: Instant
        var content: FeedContent
        /// nil once a WebSocket has taken over.
        var parser: ResponseParser?
        var inflater: GzipInflater?

        init(_ link: FeedLink, content: FeedContent, parser: ResponseParser?, inflater: GzipInflater?, at now: Instant)
        {
            (self.link, self.content, self.parser, self.inflater) = (link, content, parser, inflater)
            since = now
        }
    }

    private static let redirectsMax = 5
    /// What one read may become by decompression.
    private static let inflatedBytesMax = 4_194_304
    /// A connection that lasted as long went well.
    private static let goodMs: Int64 = 10_000

    /// - Parameter number: of the feed on its loop, below 2^31.
    init(
        _ configuration: FeedConfiguration, _ url: FeedURL, _ format: FeedFormat, number: UInt32, limits: HubLimits,
        random: SplitMix64, at now: Instant
    ) {
        self.configuration = configuration
        (self.url, self.format, self.number, self.limits, self.random) = (url, format, number, limits, random)
        masks = SplitMix64(seed: self.random.next())
        status = FeedStatus(configuration)
        lastHeard = now
    }

    func takeActions() -> [FeedAction] {
        defer { actions = [] }
        return actions
    }

    func takeItems() -> [FeedItem] {
        defer { items = [] }
        return items
    }

    func countDropped(_ count: Int) { status.dropped += count }

    // MARK: Events

    /// Begins, or tries again.
    func start(at now: Instant) {
        redirectCount = 0
        open(url, at: now)
    }

    /// Ends for good.
    func stop() {
        if let link { actions.append(.close(link)) }
        phase = .stopped
        deadline = nil
        status.state = .stopped
        status.retryAt = nil
    }

    /// The time has come that `deadline` named.
    func advance(at now: Instant, wallTime: WallTime) {
        guard let due = deadline, due <= now else { return }
        switch phase {
        case .waiting:
            status.reconnects += 1
            start(at: now)
        case .opening: fail("The source could not be reached in time.", at: now, wallTime)
        case .asking: fail("The source did not answer in time.", at: now, wallTime)
        case .streaming(let stream):
            let silence = Int64(limits.feedSilenceMsMax)
            if now.milliseconds(since: lastHeard) >= silence {
                fail("Nothing came from the source for \(silence / 1_000) s.", at: now, wallTime)
            } else if format == .webSocket, !hasPinged, now.milliseconds(since: lastHeard) >= silence / 2 {
                hasPinged = true
                send(.ping, [], on: stream.link)
                awaitSound()
            } else {
                awaitSound()
            }
        case .idle, .stopped: deadline = nil
        }
    }

    /// The connection is there, TLS included.
    func opened(_ link: FeedLink, at now: Instant, wallTime: WallTime) {
        guard case .opening(link, let request) = phase else { return }
        let isOwn = request.url.hasSameOrigin(as: url)
        // What is meant for the configured host is not told to another one that it redirects to.
        let headers = isOwn ? configuration.headers : []
        guard let bytes = request.encode(headers: headers, lastEventID: isOwn ? lastEventID : nil) else {
            fail("The source's address is one that cannot be asked for.", at: now, wallTime)
            return
        }
        var parser = ResponseParser()
        parser.expect(.get)
        phase = .asking(link, request, parser)
        actions.append(.send(link, bytes))
    }

    /// Bytes came. They may be changed in place, and are not kept.
    func received(_ link: FeedLink, _ bytes: inout MutableSpan<UInt8>, at now: Instant, wallTime: WallTime) {
        guard link == self.link else { return }
        lastHeard = now
        hasPinged = false
        status.bytes += bytes.count
        switch phase {
        case .asking(link, let request, var parser):
            parser.append(bytes.span)
            readHead(link, request, parser, at: now, wallTime)
        case .streaming(let stream):
            if stream.parser != nil {
                stream.parser?.append(bytes.span)
                readBody(stream, at: now, wallTime)
            } else {
                readContent(&bytes, stream, at: now, wallTime)
            }
        default: break
        }
    }

    /// The connection has ended.
    ///
    /// - Parameter reason: nil where the source has closed it in good order.
    func ended(_ link: FeedLink, reason: String?, at now: Instant, wallTime: WallTime) {
        guard link == self.link else { return }
        if case .streaming(let stream) = phase, stream.parser != nil {
            stream.parser?.end()
            readBody(stream, at: now, wallTime)
            // The end of the body may have been seen in it.
            guard link == self.link else { return }
            finish(stream, at: now, wallTime)
        }
        fail(reason ?? "The source has closed the connection.", at: now, wallTime, isClosed: true)
    }

    // MARK: Steps

    private var link: FeedLink? {
        switch phase {
        case .opening(let link, _), .asking(let link, _, _): link
        case .streaming(let stream): stream.link
        case .idle, .waiting, .stopped: nil
        }
    }

    private func open(_ target: FeedURL, at now: Instant) {
        let link = FeedLink(feed: number, attempt: attempts)
        attempts &+= 1
        var target = target
        if redirectCount == 0, let cursor, let parameter = configuration.cursor?.parameter {
            target = target.adding(parameter: parameter, cursor)
        }
        let request = FeedRequest(
            url: target, format: format, subprotocol: configuration.subprotocol, key: HandshakeKey(using: &random))
        phase = .opening(link, request)
        status.state = .connecting
        status.retryAt = nil
        deadline = now.advanced(byMs: Int64(limits.feedOpenMsMax))
        actions.append(.open(link, target))
    }

    private func fail(
        _ sentence: String, retryAfterMs: Int64? = nil, at now: Instant, _ wallTime: WallTime, isClosed: Bool = false
    ) {
        if case .streaming(let stream) = phase {
            lastEventID = stream.content.lastEventID ?? lastEventID
            if now.milliseconds(since: stream.since) >= Self.goodMs { backoff.reset() }
        }
        if !isClosed, let link { actions.append(.close(link)) }
        let wait = backoff.next(askedMs: retryAfterMs, using: &random)
        phase = .waiting
        deadline = now.advanced(byMs: wait)
        status.state = .waiting
        status.lastError = sentence
        status.retryAt = WallTime(milliseconds: wallTime.milliseconds + wait)
    }

    private func readHead(
        _ link: FeedLink, _ request: FeedRequest, _ parser: ResponseParser, at now: Instant, _ wallTime: WallTime
    ) {
        var parser = parser
        let response: ClientResponse
        do throws(HTTPError) {
            while true {
                guard case .head(let head)? = try parser.nextPart() else {
                    phase = .asking(link, request, parser)
                    return
                }
                guard head.status.isInformational, head.status != .switchingProtocols else {
                    response = head
                    break
                }
            }
        } catch {
            fail("The source's answer is no HTTP: \(error.description)", at: now, wallTime)
            return
        }
        switch request.judge(response, nowSeconds: wallTime.milliseconds / 1_000) {
        case .streams(let isCompressed): stream(link, parser, isCompressed: isCompressed, at: now, wallTime)
        case .redirects(let next):
            guard redirectCount < Self.redirectsMax else {
                fail("The source redirects more than \(Self.redirectsMax) times.", at: now, wallTime)
                return
            }
            redirectCount += 1
            actions.append(.close(link))
            open(next, at: now)
        case .isOver:
            stop()
            status.lastError = "The source has nothing more."
        case .fails(let sentence, let retryAfterMs):
            fail(sentence, retryAfterMs: retryAfterMs, at: now, wallTime)
        }
    }

    private func stream(
        _ link: FeedLink, _ parser: ResponseParser, isCompressed: Bool, at now: Instant, _ wallTime: WallTime
    ) {
        var parser = parser
        let inflater = isCompressed ? GzipInflater() : nil
        guard !isCompressed || inflater != nil else {
            fail("There is no memory to decompress the source's answer.", at: now, wallTime)
            return
        }
        let isWebSocket = format == .webSocket
        var trailing = isWebSocket ? parser.takeTrailingBytes() : []
        let content = FeedContent(configuration, format, limits: limits, lastEventID: lastEventID)
        let stream = OpenStream(
            link, content: content, parser: isWebSocket ? nil : parser, inflater: inflater, at: now)
        phase = .streaming(stream)
        status.state = .streaming
        awaitSound()
        if isWebSocket {
            var bytes = trailing.mutableSpan
            readContent(&bytes, stream, at: now, wallTime)
        } else {
            readBody(stream, at: now, wallTime)
        }
    }

    private func awaitSound() {
        let silence = Int64(limits.feedSilenceMsMax)
        deadline = lastHeard.advanced(byMs: format == .webSocket && !hasPinged ? silence / 2 : silence)
    }

    /// Hands what the parser has of the body to the content.
    private func readBody(_ stream: OpenStream, at now: Instant, _ wallTime: WallTime) {
        while case .streaming(let current) = phase, current === stream {
            let part: ResponsePart?
            do throws(HTTPError) {
                part = try stream.parser?.nextPart()
            } catch {
                finish(stream, at: now, wallTime)
                fail("The source's answer broke off: \(error.description)", at: now, wallTime)
                return
            }
            switch part {
            case .body(var bytes):
                if let inflater = stream.inflater {
                    do throws(GzipInflater.Failure) {
                        bytes = try inflater.inflate(bytes.span, bytesMax: Self.inflatedBytesMax)
                    } catch {
                        let what = error == .tooLarge ? "expands too much" : "is damaged"
                        fail("The source's compressed answer \(what).", at: now, wallTime)
                        return
                    }
                }
                var span = bytes.mutableSpan
                readContent(&span, stream, at: now, wallTime)
            case .end:
                finish(stream, at: now, wallTime)
                fail("The source has ended its answer.", at: now, wallTime)
                return
            case .head, nil: return
            }
        }
    }

    private func readContent(
        _ bytes: inout MutableSpan<UInt8>, _ stream: OpenStream, at now: Instant, _ wallTime: WallTime
    ) {
        var offset = 0
        do throws(WSError) {
            while let step = try stream.content.next(in: &bytes, at: &offset) {
                guard take(step, stream, at: now, wallTime) else { return }
            }
        } catch {
            let closing = FrameEncoder.closing(error.closeCode, mask: nextMask())
            actions.append(.send(stream.link, closing))
            fail("The source broke the rules of WebSocket: \(error.description)", at: now, wallTime)
        }
    }

    private func finish(_ stream: OpenStream, at now: Instant, _ wallTime: WallTime) {
        if let step = stream.content.finish() { _ = take(step, stream, at: now, wallTime) }
    }

    /// - Returns: false where the connection is over.
    private func take(_ step: FeedContent.Step, _ stream: OpenStream, at now: Instant, _ wallTime: WallTime) -> Bool {
        switch step {
        case .item(let item, let cursor):
            status.items += 1
            status.lastItemAt = wallTime
            if let cursor, cursor.utf8.count <= 1_024 { self.cursor = cursor }
            items.append(item)
        case .bad: status.badLines += 1
        case .retry(let milliseconds): backoff.baseMs = milliseconds
        case .ping(let payload): send(.pong, payload, on: stream.link)
        case .closed(let code):
            actions.append(.send(stream.link, FrameEncoder.closing(code, mask: nextMask())))
            fail(
                "The source has closed the WebSocket\(code.map { " with code \($0.rawValue)" } ?? "").", at: now,
                wallTime)
            return false
        }
        return true
    }

    private func send(_ opcode: Opcode, _ payload: [UInt8], on link: FeedLink) {
        var frame: [UInt8] = []
        FrameEncoder.append(opcode, payload, mask: nextMask(), to: &frame)
        actions.append(.send(link, frame))
    }

    private func nextMask() -> UInt32 { UInt32(truncatingIfNeeded: masks.next() >> 32) }
}

extension FrameEncoder {
    fileprivate static func closing(_ code: CloseCode?, mask: UInt32) -> [UInt8] {
        var frame: [UInt8] = []
        appendClose(code, mask: mask, to: &frame)
        return frame
    }
}
