import ChatDomain
import ChatStore
import HTTPCore

/// Why a request or a command is not answered as hoped: a code for programs, and a sentence for people.
struct Problem: Error, Equatable {
    var code: ErrorCode
    var message: String
    /// How long to wait before trying again, where that is known.
    var retryAfterMs: Int64?

    init(_ code: ErrorCode, _ message: String, retryAfterMs: Int64? = nil) {
        self.code = code
        self.message = message
        self.retryAfterMs = retryAfterMs
    }

    static var unavailable: Problem {
        Problem(.unavailable, "The server cannot do this just now: try again later.", retryAfterMs: 1_000)
    }

    /// The same bytes for what is hidden and for what is not there.
    static var notFound: Problem { Problem(.notFound, "There is nothing of that name here for you.") }

    /// The room is there for all to see, and its messages are for its members.
    static var notMember: Problem { Problem(.forbidden, "You are no member of this room.") }

    /// The user has said so much that this must wait for that long.
    static func tooMuch(_ waitMs: Int64) -> Problem {
        Problem(.rateLimited, "You are saying too much at once.", retryAfterMs: waitMs)
    }

    static func missing(_ field: String) -> Problem { Problem(.badRequest, "The field '\(field)' is missing.") }

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

    /// The answer, in the form that the clients of that part of the site know: the one place where an error gets it.
    ///
    /// - Parameter status: where it is more particular than the code's.
    func response(in scope: RequestContext.Scope, status: Status? = nil) -> Response {
        let status = status ?? Status(code: code.status)
        // What a dialect's clients do not know they are not told.
        let retryAfterMs = scope.isDialect ? nil : retryAfterMs
        var json = JSONWriter(reserving: 128)
        json.beginObject()
        if scope == .chatApp {
            json.member("error", status.code)
            json.member("message", message)
        } else {
            json.key("error")
            json.beginObject()
            json.member("code", code.rawValue)
            json.member("message", message)
            if let retryAfterMs { json.member("retry_after_ms", retryAfterMs) }
            json.endObject()
        }
        json.endObject()
        var response = Response.json(json.takeBytes(), status: status)
        // RFC 9110 §11.6.1: a 401 says by what one can be authenticated.
        if status == .unauthorized { response.headers.append("WWW-Authenticate", "Bearer") }
        // RFC 9110 §10.2.3: whole seconds; rounded up, so that whoever waits as told is granted.
        if let retryAfterMs {
            response.headers.append(
                "Retry-After", "\(max(1, retryAfterMs / 1_000 + (retryAfterMs % 1_000 > 0 ? 1 : 0)))")
        }
        return response
    }
}

extension Response {
    static func json(_ body: [UInt8], status: Status = .ok) -> Response {
        Response(status: status, contentType: "application/json", body: body)
    }

    /// An error with a sentence, in the form that the clients of that part of the site know.
    static func error(_ status: Status, _ sentence: String, _ scope: RequestContext.Scope) -> Response {
        Problem(ErrorCode(status: status.code), sentence).response(in: scope, status: status)
    }
}

/// The text as a rule of `Names` wants it kept.
func checked(_ rule: (String) throws(NameError) -> String, _ text: String) throws(Problem) -> String {
    do throws(NameError) {
        return try rule(text)
    } catch {
        throw Problem(.unprocessable, error.description)
    }
}
