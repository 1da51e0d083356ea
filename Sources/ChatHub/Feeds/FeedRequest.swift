import HTTPCore
import WSProtocol

/// What a feed asks its source, and what it makes of the head of the answer.
struct FeedRequest {
    let url: FeedURL
    let format: FeedFormat
    /// Asked for in the handshake.
    let subprotocol: String?
    /// Of the handshake, where it is one.
    private let key: HandshakeKey

    /// What the head of an answer means.
    enum Judgement {
        /// Items follow, compressed or not.
        case streams(isCompressed: Bool)
        case redirects(FeedURL)
        /// The source has nothing more, and does not want to be asked again.
        case isOver
        /// - Parameter retryAfterMs: what the source asked for.
        case fails(String, retryAfterMs: Int64?)
    }

    init(url: FeedURL, format: FeedFormat, subprotocol: String? = nil, key: HandshakeKey) {
        (self.url, self.format, self.subprotocol, self.key) = (url, format, subprotocol, key)
    }

    /// The bytes of the request; nil where the URL, after a redirection, cannot be asked for.
    func encode(headers: [FeedConfiguration.Header], lastEventID: String?) -> [UInt8]? {
        var bytes: [UInt8] = []
        let agent = FeedConfiguration.Header(name: "User-Agent", value: "chatserver")
        let hasAgent = headers.contains { $0.name.lowercased() == "user-agent" }
        let headers = hasAgent ? headers : [agent] + headers
        guard format != .webSocket else {
            do throws(HandshakeFailure) {
                try ClientHandshake.appendRequest(
                    host: url.authority, target: url.target, key: key, protocols: subprotocol.map { [$0] } ?? [],
                    headers: headers.map { (name: $0.name, value: $0.value) }, to: &bytes)
            } catch {
                return nil
            }
            return bytes
        }
        var fields = OutgoingHeaders()
        fields.append("Accept", format == .sse ? "text/event-stream" : "application/x-ndjson, application/json, */*")
        fields.append("Accept-Encoding", "gzip")
        if format == .sse { fields.append("Cache-Control", "no-cache") }
        for header in headers { fields.set(header.name, header.value) }
        if let lastEventID { fields.set("Last-Event-ID", lastEventID) }
        guard
            let request = try? ClientRequest(method: .get, target: url.target, host: url.authority, headers: fields)
        else { return nil }
        request.encode(into: &bytes)
        return bytes
    }

    func judge(_ response: ClientResponse, nowSeconds: Int64) -> Judgement {
        let code = response.status.code
        switch code {
        case 101 where format == .webSocket: return judgeUpgrade(response)
        case 200 where format != .webSocket: return judgeContent(response)
        case 204 where format == .sse: return .isOver
        case 301, 302, 303, 307, 308:
            guard let location = response.headers["Location"], let next = url.resolving(location) else {
                return .fails("The source redirects to where nothing can be asked for.", retryAfterMs: nil)
            }
            return judgeRedirection(to: next)
        default:
            let after = retryAfterMs(response, nowSeconds)
            return .fails("The source answered with status \(response.status.description).", retryAfterMs: after)
        }
    }

    private func judgeRedirection(to next: FeedURL) -> Judgement {
        guard next.scheme.isSecure || !url.scheme.isSecure else {
            return .fails("The source redirects from an encrypted address to one that is not.", retryAfterMs: nil)
        }
        // A handshake is redirected to http or ws, whatever the source likes to write.
        let scheme = format == .webSocket ? next.scheme.webSocket : next.scheme.plain
        guard next.scheme.isWebSocket == (format == .webSocket) || format == .webSocket,
            let url = try? FeedURL("\(scheme.rawValue)://\(next.authorityWithPort)\(next.target)")
        else {
            return .fails("The source redirects to an address of another kind.", retryAfterMs: nil)
        }
        return .redirects(url)
    }

    private func judgeContent(_ response: ClientResponse) -> Judgement {
        let type = (response.headers["Content-Type"] ?? "").lowercased()
        if format == .sse, !type.hasPrefix(ServerSentEvent.contentType) {
            return .fails("The source's answer is no event stream.", retryAfterMs: nil)
        }
        switch response.headers["Content-Encoding"]?.lowercased() {
        case nil, "", "identity": return .streams(isCompressed: false)
        case "gzip", "x-gzip", "deflate": return .streams(isCompressed: true)
        default: return .fails("The source's answer is compressed in a way that was not asked for.", retryAfterMs: nil)
        }
    }

    private func judgeUpgrade(_ response: ClientResponse) -> Judgement {
        guard response.headers.hasToken("websocket", in: "Upgrade"),
            response.headers.hasToken("upgrade", in: "Connection")
        else { return .fails(HandshakeFailure.notAnUpgrade.description, retryAfterMs: nil) }
        guard response.headers.equals("Sec-WebSocket-Accept", ServerHandshake.acceptKey(for: key.text)),
            response.headers["Sec-WebSocket-Accept"] == ServerHandshake.acceptKey(for: key.text)
        else { return .fails(HandshakeFailure.wrongAcceptKey.description, retryAfterMs: nil) }
        // RFC 6455 §4.1: what was not asked for ends it. A source that names none may still speak what was, and a field
        // without an element in it names nothing.
        guard response.headers.isEmptyList("Sec-WebSocket-Extensions") else {
            return .fails(HandshakeFailure.unexpectedExtension.description, retryAfterMs: nil)
        }
        guard
            response.headers.isEmptyList("Sec-WebSocket-Protocol")
                || subprotocol != nil && response.headers["Sec-WebSocket-Protocol"] == subprotocol
        else { return .fails(HandshakeFailure.unexpectedProtocol.description, retryAfterMs: nil) }
        return .streams(isCompressed: false)
    }

    /// Seconds, or a date (RFC 9110 §10.2.3).
    private func retryAfterMs(_ response: ClientResponse, _ nowSeconds: Int64) -> Int64? {
        guard let value = response.headers["Retry-After"] else { return nil }
        let seconds: Int64
        if !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            seconds = Int64(value) ?? .max
        } else if let date = HTTPDate.parse(value, now: nowSeconds) {
            seconds = max(0, date - nowSeconds)
        } else {
            return nil
        }
        return min(seconds, FeedBackoff.askedMsMax / 1_000) * 1_000
    }
}
