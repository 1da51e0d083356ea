/// One event of a stream of the type `text/event-stream` (the HTML standard, §9.2).
public struct ServerSentEvent: Sendable, Hashable {
    /// Of a response that carries such a stream.
    public static let contentType = "text/event-stream"

    /// What the browser sends back as `Last-Event-ID` when it comes again; nil leaves it as it was.
    public var id: String?
    /// The name that a page listens to; nil: "message".
    public var name: String?
    /// May have several lines; each kind of line end reaches the page as one line feed.
    public var data: String
    /// How long the browser waits before it comes again; nil leaves it as it was.
    public var retryMs: Int?

    public init(data: String, name: String? = nil, id: String? = nil, retryMs: Int? = nil) {
        self.data = data
        self.name = name
        self.id = id
        self.retryMs = retryMs
    }

    /// Appends the event. An id or a name with a line end or a NUL in it would become something else, and is left out.
    public func encode(into bytes: inout [UInt8]) {
        if let id { Self.appendLine("id: ", id, to: &bytes) }
        if let name { Self.appendLine("event: ", name, to: &bytes) }
        if let retryMs {
            bytes.append("retry: ")
            bytes.append(decimal: max(retryMs, 0))
            bytes.append(ASCII.lineFeed)
        }
        Self.appendLines("data: ", data, to: &bytes)
        bytes.append(ASCII.lineFeed)
    }

    /// Appends a comment, which pages do not see: it keeps proxies from giving up on a quiet stream.
    public static func encodeComment(_ text: String, into bytes: inout [UInt8]) {
        appendLines(": ", text, to: &bytes)
        bytes.append(ASCII.lineFeed)
    }

    private static func appendLine(_ field: String, _ value: String, to bytes: inout [UInt8]) {
        for byte in value.utf8 where byte == ASCII.lineFeed || byte == ASCII.carriageReturn || byte == 0 { return }
        bytes.append(field)
        bytes.append(value)
        bytes.append(ASCII.lineFeed)
    }

    /// The field before each line of `text`, so that none of them can be taken for another field.
    private static func appendLines(_ field: String, _ text: String, to bytes: inout [UInt8]) {
        bytes.append(field)
        var isBehindReturn = false
        for byte in text.utf8 {
            let isEnd = byte == ASCII.lineFeed || byte == ASCII.carriageReturn
            if isEnd, !(byte == ASCII.lineFeed && isBehindReturn) {
                bytes.append(ASCII.lineFeed)
                bytes.append(field)
            } else if !isEnd {
                bytes.append(byte)
            }
            isBehindReturn = byte == ASCII.carriageReturn
        }
        bytes.append(ASCII.lineFeed)
    }
}
