import HTTPCore

/// Every error that the native protocol tells, by REST and on the socket.
enum ErrorCode: String, CaseIterable, Sendable {
    case badRequest = "bad_request"
    case unauthorized
    case tokenExpired = "token_expired"
    case forbidden
    case notFound = "not_found"
    case conflict
    case unrecoverablePosition = "unrecoverable_position"
    case tooLarge = "too_large"
    case unprocessable
    case rateLimited = "rate_limited"
    case `internal`
    case unavailable

    /// What REST answers with.
    var status: Status {
        switch self {
        case .badRequest: .badRequest
        case .unauthorized, .tokenExpired: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .unrecoverablePosition: .gone
        case .tooLarge: .contentTooLarge
        case .unprocessable: .unprocessable
        case .rateLimited: .tooManyRequests
        case .internal: .internalError
        case .unavailable: .unavailable
        }
    }
}
