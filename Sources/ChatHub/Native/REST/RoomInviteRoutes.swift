import ChatDomain
import ChatStore
import HTTPCore

/// Who is let into a room: people who are added, and links that let in whoever has them.
extension Native {
    static let roomInviteResources: [Route] = [
        .signedIn(.post, "/v1/rooms/{id}/invites", inviteToRoom),
        .signedIn(.get, "/v1/rooms/{id}/invites", listRoomInvites),
        .signedIn(.delete, "/v1/rooms/{id}/invites/{invite}", revokeRoomInvite),
        .open(.get, "/v1/invites/{token}", showInvite),
    ]

    private static let roomInviteSeconds: ClosedRange<Int64> = 1...31_536_000
    private static let usualRoomInviteSeconds: Int64 = 7 * 86_400
    private static let roomInviteUses: ClosedRange<Int64> = 1...1_000_000

    /// Makes people members (`user_ids`), or a link that does (`link`).
    private static func inviteToRoom(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let body = try call.body()
        if let ids = try body.optionalIDs("user_ids", countMax: call.hub.limits.membersPerRequestMax) {
            let users = ids.map { UserID($0) }
            call.submitForNoContent(.room(.addMembers(room, users, role: nil, by: principal.id)))
            return
        }
        guard try body.optionalBool("link") == true else {
            throw Problem(.badRequest, "An invitation needs 'user_ids', or 'link' set to true.")
        }
        let (token, new) = try newInvite(body, call)
        call.submit(.room(.invite(room, new, by: principal.id))) { outcome throws(Problem) in
            guard case .invited(let invite) = outcome else { throw .unavailable }
            call.reply(.created) { json in
                json.beginObject()
                json.member("id", invite.id)
                json.member("token", token)
                // Behind the #, so that no server and no proxy gets to log it.
                json.member("url", "\(call.context.siteURL)/#/join/\(room.rawValue)/\(token)")
                if let expiresAt = invite.expiresAt { json.member("expires_at", expiresAt) }
                json.endObject()
            }
        }
    }

    /// A link to be, from `expires_in_s` and `uses`.
    private static func newInvite(
        _ body: JSONBody, _ call: RESTCall
    ) throws(Problem) -> (token: String, invite: NewInvite) {
        let seconds = try body.optionalInteger("expires_in_s") ?? usualRoomInviteSeconds
        guard roomInviteSeconds.contains(seconds) else {
            throw Problem(
                .unprocessable, "'expires_in_s' takes a number from 1 to \(roomInviteSeconds.upperBound).")
        }
        let uses = try body.optionalInteger("uses")
        guard uses.map({ roomInviteUses.contains($0) }) ?? true else {
            throw Problem(.unprocessable, "'uses' takes a number from 1 to \(roomInviteUses.upperBound).")
        }
        let expiresAt = WallTime(milliseconds: call.hub.wallTime.milliseconds + seconds * 1_000)
        let (token, hash) = try call.makeToken()
        return (token, NewInvite(tokenHash: hash, expiresAt: expiresAt, uses: uses.map { Int($0) }))
    }

    /// Those that can be used, for who may invite; who manages nobody sees their own.
    private static func listRoomInvites(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let (viewer, now) = (principal.id, call.hub.wallTime)
        call.read(in: room, for: viewer, whoMay: .invite) {
            (reader: borrowing any ChatStoreReader) throws(StoreError) -> [InviteRecord] in
            let invites = try reader.invites(to: room, at: now)
            guard let role = try reader.member(viewer, of: room)?.role else { return [] }
            return role.isAbove(.member) ? invites : invites.filter { $0.by == viewer }
        } then: { invites throws(Problem) in
            call.reply { json in
                json.beginObject()
                json.key("invites")
                json.beginArray()
                for invite in invites { NativeJSON.append(invite, to: &json) }
                json.endArray()
                json.endObject()
            }
        }
    }

    private static func revokeRoomInvite(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let (room, invite) = (try call.roomID(), InviteID(try call.id("invite")))
        call.submit(.room(.revokeInvite(room, invite, by: principal.id))) { refusal in
            refusal == .unknownInvite ? .notFound : nil
        } then: { _ throws(Problem) in
            call.answerDone()
        }
    }

    /// Where a link leads to, for whoever has it.
    private struct InvitePreview: Sendable {
        var room: Room
        var members: Int
        /// What its maker is called.
        var by: String
    }

    private static func showInvite(_ call: RESTCall) throws(Problem) {
        let hash = try call.hash(ofToken: call.parameter("token"))
        let now = call.hub.wallTime
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> InvitePreview? in
            guard let invite = try reader.invite(tokenHash: hash, at: now), let id = invite.room,
                let by = invite.by, try reader.isMember(by, of: id), let room = try reader.room(id),
                let maker = try reader.user(by), !maker.isDeleted
            else { return nil }
            return InvitePreview(room: room, members: try reader.memberCount(of: id), by: maker.username)
        } then: { preview throws(Problem) in
            guard let preview else { throw .notFound }
            call.reply { json in
                json.beginObject()
                json.key("room")
                json.beginObject()
                json.member("name", preview.room.name)
                json.member("kind", preview.room.kind.name)
                json.member("members", preview.members)
                if !preview.room.topic.isEmpty { json.member("topic", preview.room.topic) }
                json.endObject()
                json.key("by")
                json.beginObject()
                json.member("display_name", preview.by)
                json.endObject()
                json.endObject()
            }
        }
    }
}
