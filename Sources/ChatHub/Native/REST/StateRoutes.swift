import ChatDomain
import ChatStore
import HTTPCore

/// What a user has read, has not read, and is looking for.
extension Native {
    static let stateResources: [Resource] = [
        .signedIn(.put, "/v1/rooms/{id}/markers", putMarker),
        .signedIn(.get, "/v1/unread", listUnread),
        .signedIn(.get, "/v1/search", search),
    ]

    private static func putMarker(_ call: NativeCall, _ principal: Principal) throws(NativeProblem) {
        let room = try call.roomID()
        let body = try call.body()
        guard let kind = ReceiptKind(rawValue: try body.string("kind")) else {
            throw NativeProblem(.unprocessable, "'kind' takes received, read or read_private.")
        }
        guard let seq = try body.optionalInteger("seq") else { throw .missing("seq") }
        guard seq >= 0 else { throw NativeProblem(.unprocessable, "'seq' is not the number of a message.") }
        call.hub.native.mark(
            room, by: principal.id, hidesReading: principal.settings.hidesReading, kind, seq, hub: call.hub
        ) { _, problem in
            if let problem { call.fail(problem) } else { call.replyNoContent() }
        }
    }

    private static func listUnread(_ call: NativeCall, _ principal: Principal) throws(NativeProblem) {
        let viewer = principal.id
        let limit = call.hub.limits.listEntriesMax
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> [UnreadRoom] in
            try reader.unread(of: viewer, limit: limit).map { UnreadRoom(room: $0.room, count: $0.count) }
        } then: { rooms throws(NativeProblem) in
            call.reply { json in
                json.beginObject()
                json.key("rooms")
                json.beginObject()
                for entry in rooms {
                    json.key("\(entry.room.rawValue)")
                    json.beginObject()
                    json.key("unread")
                    json.value(entry.count.unread)
                    json.key("mentions")
                    json.value(entry.count.mentions)
                    json.key("read")
                    json.value(entry.count.read)
                    json.key("seq")
                    json.value(entry.count.seq)
                    json.endObject()
                }
                json.endObject()
                json.endObject()
            }
        }
    }

    /// The newest messages with all these words, in rooms that the caller may read. What holds no word finds nothing.
    private static func search(_ call: NativeCall, _ principal: Principal) throws(NativeProblem) {
        let query = try call.query()
        guard let text = query["q"] else { throw .missing("q") }
        guard text.utf8.count <= SearchQuery.bytesMax else {
            throw NativeProblem(.tooLarge, "'q' has at most \(SearchQuery.bytesMax) bytes.")
        }
        let limit = try call.limit(in: query, default: 20, max: 100)
        var cursor: Int64?
        if let given = query["cursor"] {
            guard let number = Int64(given), number >= 0 else {
                throw NativeProblem(.badRequest, "'cursor' is not one that was handed out.")
            }
            cursor = number
        }
        guard
            let search = SearchQuery(
                text, room: try filter("room", query).map { RoomID($0) },
                from: try filter("from", query).map { UserID($0) })
        else { return reply(SearchPage(results: [], nextCursor: nil), call) }
        let viewer = principal.id
        let before = cursor
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> SearchPage in
            try reader.search(search, for: viewer, before: before, limit: limit)
        } then: { page in
            reply(page, call)
        }
    }

    private static func filter(_ name: String, _ query: Query) throws(NativeProblem) -> Int64? {
        guard let text = query[name] else { return nil }
        guard let id = WireID.parse(text) else {
            throw NativeProblem(.unprocessable, "'\(name)' is no identifier.")
        }
        return id
    }

    private static func reply(_ page: SearchPage, _ call: NativeCall) {
        call.reply { json in
            json.beginObject()
            json.key("results")
            json.beginArray()
            for result in page.results {
                json.beginObject()
                json.key("message")
                NativeJSON.append(result.message, to: &json)
                json.key("snippet")
                json.value(result.snippet)
                json.endObject()
            }
            json.endArray()
            if let next = page.nextCursor {
                json.key("next_cursor")
                json.value("\(next)")
            }
            json.endObject()
        }
    }

    private struct UnreadRoom: Sendable {
        var room: RoomID
        var count: UnreadCount
    }
}
