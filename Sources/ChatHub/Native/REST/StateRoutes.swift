import ChatDomain
import ChatStore
import HTTPCore

/// What a user has read, and has not.
extension Native {
    static let stateResources: [Route] = [
        .signedIn(.put, "/v1/rooms/{id}/markers", putMarker),
        .signedIn(.get, "/v1/unread", listUnread),
    ]

    private static func putMarker(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let body = try call.body()
        let name = try body.string("kind")
        let kind = MarkerKind(rawValue: name)
        guard kind != nil || name == "unread" else {
            throw Problem(.unprocessable, "'kind' takes received, read, read_private or unread.")
        }
        guard let seq = try body.optionalInteger("seq") else { throw .missing("seq") }
        guard seq >= 0 else { throw Problem(.unprocessable, "'seq' is not the number of a message.") }
        let thread = try body.optionalInteger("thread")
        if let kind { return call.mark(room, by: principal.id, principal.settings, kind, seq, thread: thread) }
        guard thread == nil else {
            throw Problem(.unprocessable, "What is marked as unread is so in the whole room.")
        }
        call.markUnread(room, by: principal.id, from: seq)
    }

    private static func listUnread(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let viewer = principal.id
        let limit = call.hub.limits.listEntriesMax
        let asked = try call.ids("rooms", in: try call.query())?.map { RoomID($0) }
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> [UnreadRoom] in
            let counts =
                if let asked { try reader.unread(of: viewer, in: asked) } else {
                    try reader.unread(of: viewer, limit: limit)
                }
            return counts.map { UnreadRoom(room: $0.room, count: $0.count) }
        } then: { rooms throws(Problem) in
            call.reply { json in
                json.beginObject()
                json.key("rooms")
                json.beginObject()
                for entry in rooms {
                    json.key(text: "\(entry.room.rawValue)")
                    json.beginObject()
                    json.member("unread", entry.count.unread)
                    json.member("mentions", entry.count.mentions)
                    json.member("read", entry.count.read)
                    json.member("seq", entry.count.seq)
                    json.endObject()
                }
                json.endObject()
                json.endObject()
            }
        }
    }

    private struct UnreadRoom: Sendable {
        var room: RoomID
        var count: UnreadCount
    }
}
