/// The head of an HTTP/1.x message, as far as the opening handshake needs it: for programs that have no HTTP parser
/// of their own.
public struct HandshakeHead: Sendable, Equatable {
    public enum StartLine: Sendable, Equatable {
        case request(method: String, target: String)
        case response(status: Int)
    }

    public let startLine: StartLine
    public let isHTTP11OrLater: Bool
    /// Names in lower case, values without the spaces around them, in the order they came.
    public let fields: [Field]

    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    /// All values of a header, joined by commas; nil where it is not there. The name in lower case.
    public func value(of name: String) -> String? {
        var joined: String?
        for field in fields where field.name == name {
            joined = joined.map { $0 + ", " + field.value } ?? field.value
        }
        return joined
    }

    /// How often a header is there. The name in lower case.
    public func count(of name: String) -> Int {
        fields.reduce(0) { $1.name == name ? $0 + 1 : $0 }
    }

    /// Why bytes are no head.
    public enum Flaw: Error, Sendable, Equatable, CustomStringConvertible {
        case malformed
        /// The head is longer than the reader takes.
        case tooLarge

        /// The status a server answers with before it closes.
        public var status: Int { self == .malformed ? 400 : 431 }

        public var description: String {
            switch self {
            case .malformed: "The head is no valid HTTP/1.1."
            case .tooLarge: "The head is too large."
            }
        }
    }
}

extension HandshakeFields {
    /// What matters of a request; nil for a response.
    public init?(_ head: HandshakeHead) {
        guard case .request(let method, _) = head.startLine else { return nil }
        self.init(
            method: method, isHTTP11OrLater: head.isHTTP11OrLater, upgrade: head.value(of: "upgrade"),
            connection: head.value(of: "connection"), key: head.value(of: "sec-websocket-key"),
            version: head.value(of: "sec-websocket-version"), protocols: head.value(of: "sec-websocket-protocol"),
            extensions: head.value(of: "sec-websocket-extensions"), keyCount: head.count(of: "sec-websocket-key"))
    }
}

/// Collects bytes until they hold a whole head. Lines end with CR LF and nothing else, fields are not folded.
public struct HandshakeHeadReader: Sendable {
    private let headBytesMax: Int
    private var buffer: [UInt8] = []
    /// How much of the buffer is known to hold no end of a head.
    private var searched = 0

    public init(headBytesMax: Int = 8_192) { self.headBytesMax = headBytesMax }

    /// Hands over bytes from the peer. Call `next()` before appending more.
    public mutating func append(_ bytes: Span<UInt8>) { appendBytes(bytes, to: &buffer) }

    /// Hands over bytes from the peer.
    public mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

    /// The head; nil where it is not complete. After it, or an error, the reader is used up but for `takeRest()`.
    public mutating func next() throws(HandshakeHead.Flaw) -> HandshakeHead? {
        let bound = min(buffer.count, headBytesMax)
        while searched + 4 <= bound {
            if buffer[searched] == 13, buffer[searched + 1] == 10, buffer[searched + 2] == 13,
                buffer[searched + 3] == 10
            {
                let head = try parse(buffer.span.extracting(0..<searched + 2))
                buffer.removeFirst(searched + 4)
                searched = 0
                return head
            }
            searched += 1
        }
        if buffer.count >= headBytesMax { throw .tooLarge }
        return nil
    }

    /// The bytes that came behind the head: the first frames. Empties the reader.
    public mutating func takeRest() -> [UInt8] {
        let rest = buffer
        buffer = []
        searched = 0
        return rest
    }
}

/// Reads lines, each of which ends with CR LF.
private func parse(_ bytes: Span<UInt8>) throws(HandshakeHead.Flaw) -> HandshakeHead {
    var startLine: (HandshakeHead.StartLine, Bool)?
    var fields: [HandshakeHead.Field] = []
    var start = 0
    while start < bytes.count {
        var end = start
        while end < bytes.count, HeaderSyntax.isValueByte(bytes[end]) { end += 1 }
        guard end + 1 < bytes.count, bytes[end] == 13, bytes[end + 1] == 10 else { throw .malformed }
        let line = bytes.extracting(start..<end)
        if startLine == nil {
            startLine = try parseStartLine(line)
        } else {
            fields.append(try parseField(line))
        }
        start = end + 2
    }
    guard let (line, isHTTP11) = startLine else { throw .malformed }
    return HandshakeHead(startLine: line, isHTTP11OrLater: isHTTP11, fields: fields)
}

private func parseStartLine(
    _ line: Span<UInt8>
) throws(HandshakeHead.Flaw) -> (HandshakeHead.StartLine, isHTTP11: Bool) {
    let text = try string(line)
    let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2 else { throw .malformed }
    if let isHTTP11 = isHTTP11(words[0]) {
        guard words[1].utf8.count == 3, words[1].utf8.allSatisfy(isDigit), let status = Int(words[1]) else {
            throw .malformed
        }
        return (.response(status: status), isHTTP11)
    }
    guard words.count == 3, let isHTTP11 = isHTTP11(words[2]), HeaderSyntax.isToken(String(words[0])),
        !words[1].isEmpty
    else { throw .malformed }
    return (.request(method: String(words[0]), target: String(words[1])), isHTTP11)
}

/// nil where the word is no version of HTTP/1.
private func isHTTP11(_ word: Substring) -> Bool? {
    guard word.hasPrefix("HTTP/1."), word.utf8.count == 8, let digit = word.utf8.last, isDigit(digit) else {
        return nil
    }
    return digit != UInt8(ascii: "0")
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

private func parseField(_ line: Span<UInt8>) throws(HandshakeHead.Flaw) -> HandshakeHead.Field {
    var colon = 0
    while colon < line.count, HeaderSyntax.isTokenByte(line[colon]) { colon += 1 }
    guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else { throw .malformed }
    let name = try string(line.extracting(0..<colon)).lowercased()
    var first = colon + 1
    var last = line.count
    while first < last, line[first] == HeaderSyntax.space || line[first] == HeaderSyntax.tab { first += 1 }
    while last > first, line[last - 1] == HeaderSyntax.space || line[last - 1] == HeaderSyntax.tab { last -= 1 }
    return HandshakeHead.Field(name: name, value: try string(line.extracting(first..<last)))
}

/// Bytes above ASCII are allowed in a value (RFC 9110 §5.5) where they are UTF-8.
private func string(_ bytes: Span<UInt8>) throws(HandshakeHead.Flaw) -> String {
    var copy: [UInt8] = []
    appendBytes(bytes, to: &copy)
    guard let text = String(validating: copy, as: UTF8.self) else { throw .malformed }
    return text
}
