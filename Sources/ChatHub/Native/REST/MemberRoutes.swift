import ChatDomain
import ChatStore
import HTTPCore

/// Who is in a room, who may not be, and who must be silent in it.
extension Native {
    static let memberResources: [Route] = [
        .signedIn(.get, "/v1/rooms/{id}/members", listMembers),
        .signedIn(.get, "/v1/rooms/{id}/members/{user}", showMember),
        .signedIn(.put, "/v1/rooms/{id}/members/{user}", putMember),
        .signedIn(.delete, "/v1/rooms/{id}/members/{user}", removeMember),
        .signedIn(.get, "/v1/rooms/{id}/bans", listBans),
        .signedIn(.put, "/v1/rooms/{id}/bans/{user}", ban),
        .signedIn(.delete, "/v1/rooms/{id}/bans/{user}", unban),
        .signedIn(.put, "/v1/rooms/{id}/mutes/{user}", mute),
        .signedIn(.delete, "/v1/rooms/{id}/mutes/{user}", unmute),
    ]

    private static func listMembers(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let query = try call.query()
        let limit = try call.limit(in: query, default: 300, max: 1_000)
        let cursor = try listCursor(in: query)
        call.read(in: room, for: principal.id) {
            (reader: borrowing any ChatStoreReader) throws(StoreError) -> ListPage<NamedMember> in
            let page = try reader.members(of: room, after: cursor, limit: limit)
            return ListPage(rows: try NamedMember.find(page.rows, reader), next: page.next)
        } then: { page throws(Problem) in
            let now = call.hub.wallTime
            call.reply(page: "members", page) { NativeJSON.append($0, at: now, to: &$1) }
        }
    }

    private static func showMember(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let user = try call.userID("user")
        call.read(in: room, for: principal.id) {
            (reader: borrowing any ChatStoreReader) throws(StoreError) -> NamedMember? in
            guard let member = try reader.member(user, of: room) else { return nil }
            return try NamedMember.find([member], reader).first
        } then: { member throws(Problem) in
            guard let member else { throw .notFound }
            call.reply { json in
                json.beginObject()
                json.key("member")
                NativeJSON.append(member, at: call.hub.wallTime, to: &json)
                json.endObject()
            }
        }
    }

    /// Adds somebody, or sets a member's role.
    private static func putMember(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let user = try call.userID("user")
        var role: Role?
        if !call.request.body.isEmpty, let name = try call.body().optionalString("role") {
            guard let known = Role(name: name) else {
                throw Problem(.unprocessable, "'role' takes admin, member or reader.")
            }
            role = known
        }
        call.submitForNoContent(.room(.addMembers(room, [user], role: role, by: principal.id)))
    }

    /// Removes somebody; oneself is to leave.
    private static func removeMember(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let user = try call.userID("user")
        call.submitForNoContent(
            .room(user == principal.id ? .leave(room, by: user) : .kick(room, user, by: principal.id)))
    }

    /// For those who may ban.
    private static func listBans(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let query = try call.query()
        let limit = try call.limit(in: query, default: 300, max: 1_000)
        let cursor = try listCursor(in: query)
        let now = call.hub.wallTime
        call.read(in: room, for: principal.id, whoMay: .ban) {
            (reader: borrowing any ChatStoreReader) throws(StoreError) -> ListPage<Ban> in
            try reader.bans(from: room, at: now, after: cursor, limit: limit)
        } then: { page throws(Problem) in
            call.reply(page: "bans", page) { NativeJSON.append($0, to: &$1) }
        }
    }

    private static func ban(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let (reason, until) = try reasonAndEnd(call)
        call.submitForNoContent(
            .room(
                .ban(
                    try call.roomID(), try call.userID("user"), reason: reason, until: until, by: principal.id)))
    }

    private static func unban(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.submitForNoContent(.room(.unban(try call.roomID(), try call.userID("user"), by: principal.id)))
    }

    private static func mute(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let (reason, until) = try reasonAndEnd(call)
        call.submitForNoContent(
            .room(
                .mute(
                    try call.roomID(), try call.userID("user"), reason: reason, until: until, by: principal.id)))
    }

    private static func unmute(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.submitForNoContent(.room(.unmute(try call.roomID(), try call.userID("user"), by: principal.id)))
    }

    /// Why, and until when; both may be left out, and so may the body.
    private static func reasonAndEnd(_ call: RESTCall) throws(Problem) -> (String?, WallTime?) {
        guard !call.request.body.isEmpty else { return (nil, nil) }
        let body = try call.body()
        let reason = try body.optionalString("reason")
        guard reason?.utf8.count ?? 0 <= 1_024 else { throw Problem(.tooLarge, "'reason' is too long.") }
        guard let text = try body.optionalString("until") else { return (reason, nil) }
        guard let until = WallTime(text) else {
            throw Problem(.unprocessable, "'until' is no time such as 2026-01-31T12:00:00Z.")
        }
        guard until > call.hub.wallTime else { throw Problem(.unprocessable, "'until' is over already.") }
        return (reason, until)
    }
}
