import ChatDomain
import ChatStore
import HTTPCore

/// The search for messages.
extension Native {
    static let searchResources: [Route] = [
        .signedIn(.get, "/v1/search", search)
    ]

    private static func search(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let query = try call.query()
        let limit = try call.limit(in: query, default: 20, max: 100)
        let hasLink = try hasLink(in: query)
        // All links can be looked for, whatever stands beside them.
        guard let text = query["q"] ?? (hasLink ? "" : nil) else { throw .missing("q") }
        let (room, from) = (try id("room", in: query), try id("from", in: query))
        let (before, after) = (try time("before", in: query), try time("after", in: query))
        guard
            let asked = SearchQuery(
                text, room: room.map { RoomID($0) }, from: from.map { UserID($0) }, before: before, after: after,
                hasLink: hasLink)
        else {
            throw Problem(
                .unprocessable,
                """
                'q' takes 1 to \(SearchQuery.phrasesMax) words or phrases, in at most \(SearchQuery.bytesMax) bytes, and at \
                most \(SearchQuery.beginningsMax) beginnings of words, of \(SearchQuery.beginningCharactersMin) \
                characters or more before the *.
                """)
        }
        let cursor = try cursor(in: query)
        let viewer = principal.id
        let body: @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> SearchPage = {
            reader throws(StoreError) in
            try reader.search(asked, for: viewer, before: cursor, limit: limit)
        }
        if let room {
            call.read(in: RoomID(room), for: principal.id, body) { page throws(Problem) in reply(page, to: call) }
        } else {
            call.read(body) { page throws(Problem) in reply(page, to: call) }
        }
    }

    /// Where the page before ended.
    private static func cursor(in query: Query) throws(Problem) -> Int64? {
        guard query.contains("cursor") else { return nil }
        guard let cursor = query.int("cursor", in: 1...Int.max) else {
            throw Problem(.badRequest, "'cursor' is not one that was handed out.")
        }
        return Int64(cursor)
    }

    private static func hasLink(in query: Query) throws(Problem) -> Bool {
        guard query.contains("has") else { return false }
        guard query.values(of: "has").allSatisfy({ $0 == "link" }) else {
            // There are no files to be found.
            throw Problem(.unprocessable, "'has' takes link.")
        }
        return true
    }

    private static func time(_ name: String, in query: Query) throws(Problem) -> WallTime? {
        guard let text = query[name] else { return nil }
        guard let time = WallTime(text) else {
            throw Problem(.unprocessable, "'\(name)' is no time such as 2026-01-31T12:00:00Z.")
        }
        return time
    }

    /// What names nothing finds nothing.
    private static func id(_ name: String, in query: Query) throws(Problem) -> Int64? {
        guard let text = query[name] else { return nil }
        guard let id = WireID.parse(text) else { throw .notFound }
        return id
    }

    private static func reply(_ page: SearchPage, to call: RESTCall) {
        call.reply { json in
            json.beginObject()
            json.key("results")
            json.beginArray()
            for result in page.results {
                json.beginObject()
                json.key("message")
                NativeJSON.append(result.message, to: &json)
                json.member("snippet", result.snippet)
                json.endObject()
            }
            json.endArray()
            if let cursor = page.nextCursor { json.member("next_cursor", "\(cursor)") }
            json.endObject()
        }
    }
}
