import ChatDomain
import ChatStore
import HTTPCore

/// A user's sessions, one for each device that is signed in.
extension Native {
    static let sessionResources: [Route] = [
        .signedIn(.get, "/v1/sessions", listSessions),
        .signedIn(.delete, "/v1/sessions/{id}", endSession),
        .signedIn(.post, "/v1/auth/logout", logOut),
    ]

    private static func listSessions(_ call: RESTCall, _ principal: Principal) {
        let user = principal.id
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.sessions(of: user)
        } then: { sessions in
            let now = call.hub.wallTime
            call.reply { json in
                json.beginObject()
                json.key("sessions")
                json.beginArray()
                for session in sessions where call.hub.native.identity.expiry(of: session) > now {
                    NativeJSON.append(session, isCurrent: session.id == principal.session.id, to: &json)
                }
                json.endArray()
                json.endObject()
            }
        }
    }

    private static func endSession(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let id = SessionID(try call.id("id"))
        call.submit(.account(.endSessions(principal.id, [id]))) { _ in
            if id == principal.session.id { call.removeSessionCookie() }
            call.replyNoContent()
        }
    }

    private static func logOut(_ call: RESTCall, _ principal: Principal) {
        call.submit(.account(.endSessions(principal.id, [principal.session.id]))) { _ in
            call.removeSessionCookie()
            call.replyNoContent()
        }
    }
}
