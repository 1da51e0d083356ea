/// Writes a response whose length is not known when it begins: in chunks (RFC 9112 §7.1), or to a client of HTTP/1.0,
/// which does not know them, until the connection closes.
///
/// Ask the source for more only when what was written last has left: the bytes are yours between the calls, and
/// nothing is kept here.
///
///     let stream = ResponseStream(response, for: request)
///     stream.encodeHead(into: &outbox, date: date)
///     stream.encode(piece.span, into: &outbox)      // as often as there is something
///     stream.encodeEnd(into: &outbox)               // then close, unless stream.keepsAlive
public struct ResponseStream: Sendable {
    /// Whether the connection stays open behind the response.
    public let keepsAlive: Bool

    private let response: Response
    private let isHTTP10: Bool
    private let isChunked: Bool
    private let hasBody: Bool

    /// - Parameters:
    ///   - response: status and fields; its body is not written.
    ///   - request: the one that is answered.
    ///   - keepAlive: whether the server wants to keep the connection, if the client does.
    public init(_ response: Response, for request: Request, keepAlive: Bool = true) {
        self.response = response
        isHTTP10 = request.isHTTP10
        hasBody = response.status.allowsBody && request.method != .head
        isChunked = response.status.allowsBody && !isHTTP10
        keepsAlive = keepAlive && request.keepsAlive && (isChunked || !hasBody)
    }

    public func encodeHead(into bytes: inout [UInt8], date: [UInt8]? = nil) {
        response.encodeHead(into: &bytes, keepAlive: keepsAlive, isHTTP10: isHTTP10, date: date)
        bytes.append(isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n")
    }

    /// Appends a piece of the body. Nothing to write writes nothing: an empty chunk would be the end.
    public func encode(_ piece: Span<UInt8>, into bytes: inout [UInt8]) {
        guard hasBody, piece.count > 0 else { return }
        if isChunked {
            bytes.append(hexadecimal: piece.count)
            bytes.append("\r\n")
        }
        bytes.append(copying: piece)
        if isChunked { bytes.append("\r\n") }
    }

    public func encodeEnd(into bytes: inout [UInt8]) {
        if hasBody, isChunked { bytes.append("0\r\n\r\n") }
    }
}
