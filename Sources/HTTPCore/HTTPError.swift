/// What is wrong with a message. After any of these the connection's framing is in doubt: answer with `status`, then
/// close.
public enum HTTPError: Error, Sendable, Equatable {
    case malformedRequestLine
    case malformedTarget
    case methodNotImplemented
    case versionNotSupported
    case requestLineTooLong
    case headTooLarge
    case tooManyHeaders
    case malformedHeader
    case foldedHeader
    case hostMissing
    case hostRepeated
    case malformedHost
    case framingConflict
    case malformedContentLength
    case malformedTransferEncoding
    case transferCodingNotImplemented
    case malformedChunk
    case chunkExtensionsTooLarge
    case bodyTooLarge
    case expectationUnknown
    /// Not HTTP yet: the head of the PROXY protocol.
    case malformedProxyHead
    /// Client role: the first line of a response.
    case malformedStatusLine
    /// Client role: the connection ended within a message.
    case endedEarly

    /// What to answer before closing. In the client role there is nobody to answer: 502 is what a gateway would say.
    public var status: Status {
        switch self {
        case .malformedRequestLine, .malformedTarget, .malformedHeader, .foldedHeader, .hostMissing, .hostRepeated,
            .malformedHost, .framingConflict, .malformedContentLength, .malformedTransferEncoding, .malformedChunk,
            .malformedProxyHead:
            .badRequest
        case .methodNotImplemented, .transferCodingNotImplemented: .notImplemented
        case .versionNotSupported: .versionNotSupported
        case .requestLineTooLong: .uriTooLong
        case .headTooLarge, .tooManyHeaders: .headersTooLarge
        case .chunkExtensionsTooLarge, .bodyTooLarge: .contentTooLarge
        case .expectationUnknown: .expectationFailed
        case .malformedStatusLine, .endedEarly: .badGateway
        }
    }
}

extension HTTPError: CustomStringConvertible {
    /// One sentence, fit to be shown to whoever sent the message; it quotes nothing of what they sent.
    public var description: String {
        switch self {
        case .malformedRequestLine: "The request line is not a method, a target and a version with one space between."
        case .malformedTarget: "The request target is not one that this method may have."
        case .methodNotImplemented: "This method is not known here."
        case .versionNotSupported: "Only HTTP/1.1 and HTTP/1.0 are spoken here."
        case .requestLineTooLong: "The request line is too long."
        case .headTooLarge: "The header fields are too large."
        case .tooManyHeaders: "There are too many header fields."
        case .malformedHeader: "A header field is malformed."
        case .foldedHeader: "A header field is continued on a second line."
        case .hostMissing: "The Host header field is missing."
        case .hostRepeated: "There is more than one Host header field."
        case .malformedHost: "The host is malformed."
        case .framingConflict: "Content-Length and Transfer-Encoding contradict each other."
        case .malformedContentLength: "The Content-Length is not one number."
        case .malformedTransferEncoding: "The Transfer-Encoding does not end in chunked, once."
        case .transferCodingNotImplemented: "The only transfer coding known here is chunked."
        case .malformedChunk: "The chunked body is malformed."
        case .chunkExtensionsTooLarge: "The chunk extensions are too large."
        case .bodyTooLarge: "The body is too large."
        case .expectationUnknown: "The only expectation known here is 100-continue."
        case .malformedProxyHead: "The head of the PROXY protocol is malformed."
        case .malformedStatusLine: "The status line is malformed."
        case .endedEarly: "The connection ended within a message."
        }
    }
}
