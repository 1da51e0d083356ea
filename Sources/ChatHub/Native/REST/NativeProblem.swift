import ChatDomain
import ChatStore
import HTTPCore

/// Why a request of the native protocol is not answered as hoped: a code for programs, and a sentence for people.
struct NativeProblem: Error, Equatable {
    var code: ErrorCode
    var message: String
    /// How long to wait before trying again, where that is known.
    var retryAfterMs: Int64?

    init(_ code: ErrorCode, _ message: String, retryAfterMs: Int64? = nil) {
        self.code = code
        self.message = message
        self.retryAfterMs = retryAfterMs
    }

    static var unavailable: NativeProblem {
        NativeProblem(.unavailable, "The server cannot do this just now: try again later.", retryAfterMs: 1_000)
    }

    /// The same bytes for what is hidden and for what is not there.
    static var notFound: NativeProblem { NativeProblem(.notFound, "There is nothing of that name here for you.") }

    /// The room is there for all to see, and its messages are for its members.
    static var notMember: NativeProblem { NativeProblem(.forbidden, "You are no member of this room.") }

    /// The user has said so much that this must wait for that long.
    static func tooMuch(_ waitMs: Int64) -> NativeProblem {
        NativeProblem(.rateLimited, "You are saying too much at once.", retryAfterMs: waitMs)
    }

    static func missing(_ field: String) -> NativeProblem {
        NativeProblem(.badRequest, "The field '\(field)' is missing.")
    }

    /// Why the store has refused a draft.
    init(_ refusal: Refusal) {
        switch refusal {
        case .notFound, .unknownUser, .unknownRoom, .unknownMessage, .unknownSession, .unknownMember: self = .notFound
        case .forbidden, .notMember: self.init(.forbidden, "You may not do this.")
        // Nobody is told that somebody has blocked them.
        case .blocked: self.init(.forbidden, "You may not do this.")
        case .unknownInvite: self.init(.forbidden, "The invitation is used up, has expired, or was never given out.")
        case .loginTaken: self.init(.conflict, "This user name is taken.")
        case .phoneTaken: self.init(.conflict, "This phone number is taken.")
        case .handleTaken: self.init(.conflict, "This identifier is taken.")
        case .conflict: self.init(.conflict, "Something else was done under this identifier before.")
        case .unknownReference:
            self.init(.unprocessable, "The message that is answered, or its thread, is not in this room.")
        case .unprocessable: self.init(.unprocessable, "There are more than there may be.")
        case .unavailable: self = .unavailable
        }
    }

    /// The answer: a JSON object `error` with `code`, `message` and perhaps `retry_after_ms`.
    var response: Response {
        var json = JSONWriter(reserving: 128)
        json.beginObject()
        json.key("error")
        json.beginObject()
        json.member("code", code.rawValue)
        json.member("message", message)
        if let retryAfterMs { json.member("retry_after_ms", retryAfterMs) }
        json.endObject()
        json.endObject()
        var response = Response.json(json.takeBytes(), status: Status(code: code.status))
        // RFC 9110 §11.6.1: a 401 says by what one can be authenticated.
        if code.status == 401 { response.headers.append("WWW-Authenticate", "Bearer") }
        // RFC 9110 §10.2.3: whole seconds; rounded up, so that whoever waits as told is granted.
        if let retryAfterMs {
            response.headers.append(
                "Retry-After", "\(max(1, retryAfterMs / 1_000 + (retryAfterMs % 1_000 > 0 ? 1 : 0)))")
        }
        return response
    }
}
