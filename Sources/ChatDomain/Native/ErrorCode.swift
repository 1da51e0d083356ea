/// What can be wrong with a request or a command of the native protocol: the one table of codes that clients see, by
/// REST and on the socket.
public enum ErrorCode: String, CaseIterable, Codable, Sendable {
    case badRequest = "bad_request"
    case unauthorized
    case tokenExpired = "token_expired"
    case forbidden
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case timeout
    case conflict
    case unrecoverablePosition = "unrecoverable_position"
    case tooLarge = "too_large"
    case unprocessable
    case upgradeRequired = "upgrade_required"
    case rateLimited = "rate_limited"
    case `internal`
    case notSupported = "not_supported"
    case unavailable

    /// What a client should do about it.
    public enum Remedy: Sendable {
        /// The same request will fail again: correct it, or tell the user.
        case correct
        /// Sign in, then ask again.
        case signIn
        /// Load what is to be shown anew, then decide.
        case reload
        /// Ask again later: after `retry_after_ms` where it is given, else with growing pauses.
        case retryLater
    }

    /// The status of the answer by REST.
    public var status: Int { row.status }
    public var remedy: Remedy { row.remedy }
    /// The same request may succeed later without being changed.
    public var isTemporary: Bool { row.remedy == .retryLater }
    /// A sentence for a person, where there is nothing more particular to say.
    public var sentence: String { row.sentence }

    /// The code that goes with a status of HTTP.
    public init(status: Int) {
        switch status {
        case 414, 431: self = .tooLarge
        case 505: self = .notSupported
        default: self = Self.allCases.first { $0.status == status } ?? .badRequest
        }
    }

    private var row: (status: Int, remedy: Remedy, sentence: String) {
        switch self {
        case .badRequest: (400, .correct, "The request cannot be understood.")
        case .unauthorized: (401, .signIn, "Sign in first.")
        case .tokenExpired: (401, .signIn, "The session has expired.")
        case .forbidden: (403, .correct, "This is not allowed.")
        case .notFound: (404, .correct, "There is no such thing.")
        case .methodNotAllowed: (405, .correct, "The method is not allowed here.")
        case .timeout: (408, .retryLater, "The request did not come in time.")
        case .conflict: (409, .reload, "This contradicts what was said before.")
        case .unrecoverablePosition: (410, .reload, "The position cannot be served any more.")
        case .tooLarge: (413, .correct, "This is longer than is allowed.")
        case .unprocessable: (422, .correct, "A value is not one that is allowed here.")
        case .upgradeRequired: (426, .correct, "This address speaks WebSocket.")
        case .rateLimited: (429, .retryLater, "Too much was said in too short a time.")
        case .internal: (500, .retryLater, "The server made a mistake.")
        case .notSupported: (501, .correct, "The server does not know how to do this.")
        case .unavailable: (503, .retryLater, "The server cannot do this just now.")
        }
    }
}
