/// A response to be written.
public struct Response: Sendable {
    public var status: Status
    public var headers: OutgoingHeaders
    /// What a GET would get; the answer to a HEAD has its length only.
    public var body: [UInt8]

    public init(
        status: Status, contentType: String? = nil, headers: OutgoingHeaders = OutgoingHeaders(), body: [UInt8] = []
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        if let contentType { self.headers.append("Content-Type", contentType) }
    }

    /// "HTTP/1.1 100 Continue": what a client that `wantsContinue` waits for.
    public static let continueBytes = [UInt8]("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends the whole response.
    ///
    /// `Content-Length` is always there, except where a status allows no body (1xx, 204, 304) and after a `CONNECT`
    /// that succeeded (RFC 9110 §8.6).
    ///
    /// - Parameters:
    ///   - method: of the request that is answered.
    ///   - keepAlive: whether the connection stays open; if not, the response says so, and you close afterwards.
    ///   - isHTTP10: of the request: such a client has to be told that the connection stays.
    ///   - date: the value of `Date`, as `HTTPDate.format` makes it; make it once a second, not once a response.
    public func encode(
        into bytes: inout [UInt8], for method: Method, keepAlive: Bool = true, isHTTP10: Bool = false,
        date: [UInt8]? = nil
    ) {
        let isTunnel = method == .connect && status.code / 100 == 2
        let hasBody = status.allowsBody && !isTunnel
        reserve(160 + headers.lines.count + body.count, in: &bytes)
        encodeHead(into: &bytes, keepAlive: keepAlive, isHTTP10: isHTTP10, date: date)
        if hasBody {
            bytes.append("Content-Length: ")
            bytes.append(decimal: status == .resetContent ? 0 : body.count)
            bytes.append("\r\n")
        }
        bytes.append("\r\n")
        // RFC 9110 §15.3.6: 205 has a length of zero, and so no body.
        if hasBody, method != .head, status != .resetContent { bytes.append(contentsOf: body) }
    }

    /// Makes room once instead of as it goes, and for more than is asked for, so that many responses in a row still
    /// cost each its own length only.
    private func reserve(_ count: Int, in bytes: inout [UInt8]) {
        guard bytes.capacity - bytes.count < count else { return }
        bytes.reserveCapacity(max(bytes.count + count, 2 * bytes.capacity))
    }

    /// Status line and fields, without what frames the body, and without the empty line.
    func encodeHead(into bytes: inout [UInt8], keepAlive: Bool, isHTTP10: Bool, date: [UInt8]?) {
        bytes.append("HTTP/1.1 ")
        bytes.append(decimal: status.code)
        bytes.append(ASCII.space)
        bytes.append(status.reason)
        bytes.append("\r\n")
        if let date, OutgoingHeaders.isFieldValue(date.span) {
            bytes.append("Date: ")
            bytes.append(contentsOf: date)
            bytes.append("\r\n")
        }
        bytes.append(contentsOf: headers.lines)
        if status.isInformational { return }
        if !keepAlive {
            bytes.append("Connection: close\r\n")
        } else if isHTTP10 {
            bytes.append("Connection: keep-alive\r\n")
        }
    }
}
