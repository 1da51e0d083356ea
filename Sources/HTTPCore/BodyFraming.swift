/// How the end of a message is found (RFC 9112 §6.3).
enum BodyFraming: Sendable, Equatable {
    case none
    case length(UInt64)
    case chunked
    /// Responses only: the body ends with the connection.
    case untilClose
}

/// What the field lines say about framing, the connection and the host, gathered while they are read.
struct FramingFields {
    private(set) var contentLength: UInt64?
    private(set) var hasTransferEncoding = false
    private(set) var host: Range<Int>?
    private(set) var hasClose = false
    private(set) var hasKeepAlive = false
    private(set) var expectsContinue = false

    /// The fields that count here.
    private enum Known { case host, expect, connection, contentLength, transferEncoding }

    /// Takes in one line. In a response `Host` and `Expect` mean nothing.
    mutating func take(
        _ bytes: Span<UInt8>, name: Range<Int>, value: Range<Int>, role: FieldSection.Role
    ) throws(HTTPError) {
        guard let known = Self.known(bytes, name) else { return }
        switch known {
        case .host where role == .request:
            guard host == nil else { throw .hostRepeated }
            host = value
        case .expect where role == .request:
            guard bytes.equalsCaseless(value, "100-continue".utf8.span) else { throw .expectationUnknown }
            expectsContinue = true
        case .host, .expect: break
        case .connection:
            hasClose = hasClose || bytes.listContains("close".utf8.span, in: value)
            hasKeepAlive = hasKeepAlive || bytes.listContains("keep-alive".utf8.span, in: value)
        case .contentLength:
            // A repeated length is refused even if it is the same one (RFC 9112 §6.3 rule 5 allows either): no client
            // sends it, and a proxy in front may have read another of them.
            guard contentLength == nil, let length = bytes.decimal(value) else { throw .malformedContentLength }
            contentLength = length
        case .transferEncoding: try takeTransferEncoding(bytes, value)
        }
    }

    /// Length and first letter leave one candidate, and for most lines none: only that is compared.
    private static func known(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Known? {
        switch (name.count, ASCII.lowercased(bytes[name.lowerBound])) {
        case (4, UInt8(ascii: "h")) where bytes.equalsCaseless(name, "host".utf8.span): .host
        case (6, UInt8(ascii: "e")) where bytes.equalsCaseless(name, "expect".utf8.span): .expect
        case (10, UInt8(ascii: "c")) where bytes.equalsCaseless(name, "connection".utf8.span): .connection
        case (14, UInt8(ascii: "c")) where bytes.equalsCaseless(name, "content-length".utf8.span): .contentLength
        case (17, UInt8(ascii: "t")) where bytes.equalsCaseless(name, "transfer-encoding".utf8.span):
            .transferEncoding
        default: nil
        }
    }

    /// Whether the connection stays open behind this message (RFC 9112 §9.3).
    func keepsAlive(isHTTP10: Bool) -> Bool { !hasClose && (!isHTTP10 || hasKeepAlive) }

    /// The framing; a conflict or an unknown coding throws. To be called when all lines are in.
    func framing(isHTTP10: Bool) throws(HTTPError) -> BodyFraming {
        if hasTransferEncoding {
            // RFC 9112 §6.1: both fields, or a transfer coding under HTTP/1.0, are the marks of request smuggling.
            guard contentLength == nil, !isHTTP10 else { throw .framingConflict }
            return .chunked
        }
        guard let contentLength, contentLength > 0 else { return .none }
        return .length(contentLength)
    }

    /// `chunked`, alone and once, is all that is understood. What does not end in it has no end (400); what has other
    /// codings before it is valid, but not implemented (501).
    private mutating func takeTransferEncoding(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPError) {
        guard !hasTransferEncoding else { throw .malformedTransferEncoding }
        hasTransferEncoding = true
        if bytes.equalsCaseless(value, "chunked".utf8.span) { return }
        var start = value.lowerBound
        var (isLastChunked, others, chunks) = (false, 0, 0)
        while start <= value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != ASCII.comma { end += 1 }
            let coding = bytes.trimmed(start..<end)
            guard !coding.isEmpty, ASCII.isToken(bytes[coding.lowerBound]) else { throw .malformedTransferEncoding }
            isLastChunked = bytes.equalsCaseless(coding, "chunked".utf8.span)
            if isLastChunked { chunks += 1 } else { others += 1 }
            start = end + 1
        }
        guard isLastChunked, chunks == 1 else { throw .malformedTransferEncoding }
        throw .transferCodingNotImplemented
    }
}
