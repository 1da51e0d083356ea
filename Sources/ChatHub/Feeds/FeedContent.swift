import ChatDomain
import WSProtocol

/// What one connection of a feed has to say: from the bytes of a body, or of a WebSocket, to items.
struct FeedContent {
    private enum Format {
        case ndjson(LineSplitter)
        case sse(EventStreamParser)
        case webSocket(WebSocketDecoder)
    }

    /// What one step through the bytes gives.
    enum Step {
        case item(FeedItem, cursor: String?)
        /// A line, an event or a message that is no item.
        case bad
        /// The source wants us to wait that long before we come again.
        case retry(milliseconds: Int64)
        /// Frames to be answered, of a WebSocket.
        case ping([UInt8])
        case closed(CloseCode?)
    }

    private let feed: String
    private var format: Format
    private var reader: FeedItemReader

    init(_ configuration: FeedConfiguration, _ format: FeedFormat, limits: HubLimits, lastEventID: String?) {
        feed = configuration.name
        reader = FeedItemReader(configuration)
        let bytesMax = limits.feedItemBytesMax
        switch format {
        case .ndjson: self.format = .ndjson(LineSplitter(lineBytesMax: bytesMax))
        case .sse:
            self.format = .sse(EventStreamParser(eventBytesMax: bytesMax, lastEventID: lastEventID))
        case .webSocket:
            var wsLimits = WSLimits()
            (wsLimits.frameBytesMax, wsLimits.messageBytesMax) = (bytesMax, bytesMax)
            self.format = .webSocket(WebSocketDecoder(role: .client, limits: wsLimits))
        }
    }

    /// Of Server-Sent Events.
    var lastEventID: String? {
        if case .sse(let parser) = format { parser.lastEventID } else { nil }
    }

    /// The next step; nil where `bytes` are used up.
    ///
    /// An error means that nothing behind it can be understood.
    mutating func next(in bytes: inout MutableSpan<UInt8>, at offset: inout Int) throws(WSError) -> Step? {
        while true {
            let step: Step?
            let isDone: Bool
            switch format {
            case .ndjson(var splitter):
                // Moved out and in, so that what it holds is not copied.
                format = .ndjson(LineSplitter(lineBytesMax: 0))
                let line = splitter.next(in: bytes.span, at: &offset)
                format = .ndjson(splitter)
                isDone = line == nil
                step = line.flatMap { take($0, bytes.span) }
            case .sse(var parser):
                format = .ndjson(LineSplitter(lineBytesMax: 0))
                let event = parser.next(in: bytes.span, at: &offset)
                format = .sse(parser)
                isDone = event == nil
                step = event.flatMap { take($0) }
            case .webSocket(var decoder):
                format = .ndjson(LineSplitter(lineBytesMax: 0))
                defer { format = .webSocket(decoder) }
                let event = try decoder.next(in: &bytes, at: &offset)
                isDone = event == nil
                step = event.flatMap { take($0, bytes.span) }
            }
            if isDone || step != nil { return step }
        }
    }

    /// The source has ended: what stands behind the last line's end.
    mutating func finish() -> Step? {
        guard case .ndjson(var splitter) = format, let rest = splitter.takeRest() else { return nil }
        format = .ndjson(splitter)
        return item(rest.span)
    }

    // MARK: Formats

    private mutating func take(_ line: LineSplitter.Line, _ bytes: Span<UInt8>) -> Step? {
        switch line {
        case .inBuffer(let range): item(bytes.extracting(range))
        case .owned(let line): item(line.span)
        case .tooLong: .bad
        }
    }

    private mutating func take(_ step: EventStreamParser.Step) -> Step? {
        switch step {
        case .event(let data): itemOrText(data.span)
        case .tooLong: .bad
        case .retry(let milliseconds): .retry(milliseconds: milliseconds)
        }
    }

    private mutating func take(_ event: InPlaceEvent, _ bytes: Span<UInt8>) -> Step? {
        switch event {
        case .message(_, .inBuffer(let range)): itemOrText(bytes.extracting(range))
        case .message(_, .owned(let message)): itemOrText(message.span)
        case .ping(.inBuffer(let range)): .ping([UInt8](copying: bytes.extracting(range)))
        case .ping(.owned(let payload)): .ping(payload)
        case .pong: nil
        case .close(let code, _): .closed(code)
        }
    }

    // MARK: Items

    /// A JSON object, or any text.
    private mutating func itemOrText(_ bytes: Span<UInt8>) -> Step? {
        var start = 0
        while start < bytes.count, isSpace(bytes[start]) { start += 1 }
        guard start < bytes.count else { return nil }
        if bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[") { return item(bytes) }
        guard let text = String(validating: [UInt8](copying: bytes), as: UTF8.self), !text.utf8.contains(0) else {
            return .bad
        }
        var json = JSONWriter(reserving: bytes.count + 16)
        json.beginObject()
        json.member("text", text)
        json.endObject()
        return .item(FeedItem(feed: feed, text: text, json: json.takeBytes()), cursor: nil)
    }

    /// - Returns: nil for an empty line, which keeps a connection alive, and for an object that says nothing.
    private mutating func item(_ bytes: Span<UInt8>) -> Step? {
        var (start, end) = (0, bytes.count)
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        guard start < end else { return nil }
        let object = bytes.extracting(start..<end)
        let fields: FeedItemReader.Fields
        do throws(JSONError) {
            fields = try reader.read(object)
        } catch {
            return .bad
        }
        guard fields.text != nil || fields.topic != nil else { return nil }
        let item = FeedItem(
            feed: feed, text: fields.text ?? "", topic: fields.topic, author: fields.author, time: fields.time,
            id: fields.id, json: onOneLine(object))
        return .item(item, cursor: fields.cursor)
    }
}

private func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
}

/// A JSON document without line ends, which can only stand between its tokens.
private func onOneLine(_ bytes: Span<UInt8>) -> [UInt8] {
    var line = [UInt8](copying: bytes)
    for index in line.indices where line[index] == UInt8(ascii: "\n") || line[index] == UInt8(ascii: "\r") {
        line[index] = UInt8(ascii: " ")
    }
    return line
}
