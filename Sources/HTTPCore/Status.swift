/// A response status (RFC 9110 §15).
public struct Status: Hashable, Sendable {
    /// From 100 to 599.
    public let code: Int

    /// - Parameter code: brought into 100 … 599, which is all that can be written in a status line.
    public init(code: Int) { self.code = min(max(code, 100), 599) }

    public static var `continue`: Status { Status(code: 100) }
    public static var switchingProtocols: Status { Status(code: 101) }
    public static var ok: Status { Status(code: 200) }
    public static var created: Status { Status(code: 201) }
    public static var accepted: Status { Status(code: 202) }
    public static var noContent: Status { Status(code: 204) }
    public static var resetContent: Status { Status(code: 205) }
    public static var partialContent: Status { Status(code: 206) }
    public static var movedPermanently: Status { Status(code: 301) }
    public static var found: Status { Status(code: 302) }
    public static var seeOther: Status { Status(code: 303) }
    public static var notModified: Status { Status(code: 304) }
    public static var temporaryRedirect: Status { Status(code: 307) }
    public static var permanentRedirect: Status { Status(code: 308) }
    public static var badRequest: Status { Status(code: 400) }
    public static var unauthorized: Status { Status(code: 401) }
    public static var forbidden: Status { Status(code: 403) }
    public static var notFound: Status { Status(code: 404) }
    public static var methodNotAllowed: Status { Status(code: 405) }
    public static var notAcceptable: Status { Status(code: 406) }
    public static var requestTimeout: Status { Status(code: 408) }
    public static var conflict: Status { Status(code: 409) }
    public static var gone: Status { Status(code: 410) }
    public static var lengthRequired: Status { Status(code: 411) }
    public static var preconditionFailed: Status { Status(code: 412) }
    public static var contentTooLarge: Status { Status(code: 413) }
    public static var uriTooLong: Status { Status(code: 414) }
    public static var unsupportedMediaType: Status { Status(code: 415) }
    public static var rangeNotSatisfiable: Status { Status(code: 416) }
    public static var expectationFailed: Status { Status(code: 417) }
    public static var misdirectedRequest: Status { Status(code: 421) }
    public static var unprocessable: Status { Status(code: 422) }
    public static var upgradeRequired: Status { Status(code: 426) }
    public static var tooManyRequests: Status { Status(code: 429) }
    public static var headersTooLarge: Status { Status(code: 431) }
    public static var internalError: Status { Status(code: 500) }
    public static var notImplemented: Status { Status(code: 501) }
    public static var badGateway: Status { Status(code: 502) }
    public static var unavailable: Status { Status(code: 503) }
    public static var gatewayTimeout: Status { Status(code: 504) }
    public static var versionNotSupported: Status { Status(code: 505) }

    /// 1xx: an answer that another one follows.
    public var isInformational: Bool { code < 200 }

    /// Whether a response with this status may carry a body at all (RFC 9112 §6.3, rule 1).
    public var allowsBody: Bool { code >= 200 && code != 204 && code != 304 }

    /// The usual reason phrase; "Unknown" for a code without one.
    public var reason: String {
        switch code {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 203: "Non-Authoritative Information"
        case 204: "No Content"
        case 205: "Reset Content"
        case 206: "Partial Content"
        case 300: "Multiple Choices"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 407: "Proxy Authentication Required"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 451: "Unavailable For Legal Reasons"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 511: "Network Authentication Required"
        default: "Unknown"
        }
    }
}

extension Status: CustomStringConvertible {
    public var description: String { "\(code) \(reason)" }
}
