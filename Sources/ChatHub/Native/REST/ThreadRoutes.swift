import ChatDomain
import ChatStore
import HTTPCore

/// Threads: those that one follows, and following them.
extension Native {
    static let threadResources: [Route] = [
        .signedIn(.get, "/v1/threads", listThreads),
        .signedIn(.put, "/v1/rooms/{id}/threads/{seq}/follow", followThread),
        .signedIn(.delete, "/v1/rooms/{id}/threads/{seq}/follow", unfollowThread),
    ]

    /// The newest answer first.
    private static func listThreads(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let query = try call.query()
        let limit = try call.limit(in: query)
        let cursor = try listCursor(in: query)
        let viewer = principal.id
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> ListPage<ThreadListing> in
            try reader.threads(of: viewer, after: cursor, limit: limit)
        } then: { page throws(Problem) in
            call.reply(page: "threads", page) { NativeJSON.append($0, to: &$1) }
        }
    }

    private static func followThread(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.post(.follow(try call.roomID(), seq: try call.id("seq"), by: principal.id))
    }

    private static func unfollowThread(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.post(.unfollow(try call.roomID(), seq: try call.id("seq"), by: principal.id))
    }
}

extension NativeJSON {
    static func append(_ listing: ThreadListing, to json: inout JSONWriter) {
        json.beginObject()
        json.member("room", listing.root.room)
        json.member("seq", listing.root.seq)
        json.key("message")
        append(listing.root, to: &json)
        if let info = listing.root.threadInfo { appendMember(info, to: &json) }
        json.member("unread", listing.unread)
        json.member("following", true)
        json.endObject()
    }

    /// The member `thread_info`.
    static func appendMember(_ info: ThreadInfo, to json: inout JSONWriter) {
        json.key("thread_info")
        json.beginObject()
        json.member("count", info.count)
        json.member("last_seq", info.lastSeq)
        json.member("last_ts", info.lastAt)
        json.endObject()
    }
}
