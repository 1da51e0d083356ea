import ChatDomain
import ChatStore
import HTTPCore

/// Messages: pages of them, sending, changing, reactions, and the room's events.
extension Native {
    static let messageResources: [Route] = [
        .signedIn(.get, "/v1/rooms/{id}/messages", listMessages),
        .signedIn(.put, "/v1/rooms/{id}/messages/{key}", putMessage),
        .signedIn(.patch, "/v1/rooms/{id}/messages/by-seq/{seq}", editMessage),
        .signedIn(.delete, "/v1/rooms/{id}/messages/by-seq/{seq}", deleteMessage),
        .signedIn(.get, "/v1/rooms/{id}/messages/by-seq/{seq}/versions", listVersions),
        .signedIn(.put, "/v1/rooms/{id}/messages/by-seq/{seq}/reactions/{key}", react),
        .signedIn(.delete, "/v1/rooms/{id}/messages/by-seq/{seq}/reactions/{key}", unreact),
        .signedIn(.get, "/v1/rooms/{id}/events", listEvents),
    ]

    private static func listMessages(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let query = try call.query()
        let limit = try call.limit(in: query)
        let range = try messageRange(query)
        let viewer = principal.id
        let thread = try thread(in: query)
        call.read(in: room, for: principal.id) {
            (reader: borrowing any ChatStoreReader) throws(StoreError) -> MessagePage? in
            guard let thread else { return try reader.page(of: room, range, limit: limit, for: viewer) }
            return try reader.threadPage(of: room, thread: thread, range, limit: limit, for: viewer)
        } then: { page throws(Problem) in
            guard let page else { throw .notFound }
            reply(page, range, to: call)
        }
    }

    private static func thread(in query: Query) throws(Problem) -> Int64? {
        guard query.contains("thread") else { return nil }
        guard let seq = query.int("thread", in: 1...9_007_199_254_740_991) else {
            throw Problem(.badRequest, "'thread' takes the number of a message.")
        }
        return Int64(seq)
    }

    private static func reply(_ page: MessagePage, _ range: MessageRange, to call: RESTCall) {
        call.reply { json in
            json.beginObject()
            json.key("messages")
            json.beginArray()
            for message in page.messages { NativeJSON.append(message, to: &json) }
            json.endArray()
            json.key("has_more")
            switch range {
            case .before: json.value(page.hasMoreBefore)
            case .after: json.value(page.hasMoreAfter)
            case .around:
                json.beginObject()
                json.member("before", page.hasMoreBefore)
                json.member("after", page.hasMoreAfter)
                json.endObject()
            }
            json.endObject()
        }
    }

    private static func messageRange(_ query: Query) throws(Problem) -> MessageRange {
        let names = ["before", "after", "around"].filter { query.contains($0) }
        guard let name = names.first else { return .before(nil) }
        guard names.count == 1, query.values(of: name).count == 1 else {
            throw Problem(.badRequest, "Only one of 'before', 'after' and 'around' may be given.")
        }
        guard let seq = query.int(name, in: 0...9_007_199_254_740_991) else {
            throw Problem(.badRequest, "'\(name)' takes the number of a message.")
        }
        switch name {
        case "before": return .before(Int64(seq))
        case "after": return .after(Int64(seq))
        default: return .around(Int64(seq))
        }
    }

    private static func putMessage(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        guard let key = MessageKey(call.parameter("key")) else {
            throw Problem(.unprocessable, "The path does not end in a UUID.")
        }
        let body = try call.body()
        let text = try messageText(body)
        if body.has("attachments"), !body.isNull("attachments") {
            throw Problem(.unprocessable, "This server takes no attachments.")
        }
        let mentions = try body.optionalIDs("mentions", countMax: ClientFrame.mentionsMax) ?? []
        let message = NewMessage(
            room: room, author: principal.id, key: key, text: text, replyTo: try body.optionalInteger("reply_to"),
            thread: try body.optionalInteger("thread"), mentions: mentions.map { UserID($0) }, isChecked: true)
        call.send(message)
    }

    /// The text of a message. How long it may be, whoever sends it sees to.
    private static func messageText(_ body: JSONBody) throws(Problem) -> String {
        let text = try body.string("text")
        guard !text.utf8.isEmpty else { throw Problem(.unprocessable, "The text is empty.") }
        guard !text.utf8.contains(0) else { throw Problem(.badRequest, "The text holds the character NUL.") }
        return text
    }

    private static func editMessage(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let (room, seq) = (try call.roomID(), try call.id("seq"))
        let body = try call.body()
        let text = try messageText(body)
        let ifVersion = try version(try body.optionalInteger("if_version"))
        let mentions = try body.optionalIDs("mentions", countMax: ClientFrame.mentionsMax)?.map { UserID($0) }
        call.post(.edit(room, seq: seq, text: text, mentions: mentions, ifVersion: ifVersion, by: principal.id))
    }

    private static func deleteMessage(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let (room, seq) = (try call.roomID(), try call.id("seq"))
        let query = try call.query()
        let ifVersion = try version(query.contains("if_version") ? Int64(query.int("if_version") ?? -1) : nil)
        switch query["scope"] ?? "all" {
        case "all": call.post(.delete(room, seq: seq, ifVersion: ifVersion, by: principal.id))
        case "self": call.post(.hide(room, seq: seq, by: principal.id))
        default: throw Problem(.unprocessable, "'scope' takes self or all.")
        }
    }

    private static func version(_ number: Int64?) throws(Problem) -> Int? {
        guard let number else { return nil }
        guard let version = Int(exactly: number), version > 0 else {
            throw Problem(.unprocessable, "'if_version' takes the number of a version.")
        }
        return version
    }

    private static func listVersions(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let (room, seq) = (try call.roomID(), try call.id("seq"))
        let viewer = principal.id
        call.read(in: room, for: viewer) {
            (reader: borrowing any ChatStoreReader) throws(StoreError) -> [MessageVersion]? in
            guard seq <= (try reader.head(of: room)).seq, try reader.sight(of: viewer, in: room)?.shows(seq) == true
            else { return nil }
            return try reader.versions(of: seq, in: room, for: viewer)
        } then: { versions throws(Problem) in
            guard let versions else { throw .notFound }
            call.reply { json in
                json.beginObject()
                json.key("versions")
                json.beginArray()
                for version in versions {
                    json.beginObject()
                    json.member("version", version.version)
                    json.member("text", version.text)
                    json.member("ts", version.at)
                    json.endObject()
                }
                json.endArray()
                json.endObject()
            }
        }
    }

    private static func react(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.post(.react(try call.roomID(), seq: try call.id("seq"), key: try reactionKey(call), by: principal.id))
    }

    private static func unreact(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let (room, seq, key) = (try call.roomID(), try call.id("seq"), try reactionKey(call))
        guard let text = try call.query()["user_id"] else {
            return call.post(.unreact(room, seq: seq, key: key, by: principal.id))
        }
        guard let user = WireID.parse(text).map({ UserID($0) }) else {
            throw Problem(.unprocessable, "'user_id' is no identifier.")
        }
        call.post(.removeReaction(room, seq: seq, key: key, of: user, by: principal.id))
    }

    private static func reactionKey(_ call: RESTCall) throws(Problem) -> String {
        let key = call.parameter("key")
        guard (1...64).contains(key.utf8.count) else {
            throw Problem(.unprocessable, "A reaction has 1 to 64 bytes.")
        }
        return key
    }

    /// A room's durable events behind a position, or from the first that the caller may see; 410 where the position is
    /// not one of this history, or what is behind it is not theirs to see.
    private static func listEvents(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let query = try call.query()
        let limit = try call.limit(in: query)
        let after = query.contains("after") ? query.int("after", in: 0...9_007_199_254_740_991) : 0
        guard let after else { throw Problem(.badRequest, "'after' takes an offset.") }
        let epoch = query["epoch"].map { Epoch($0) }
        let viewer = principal.id
        call.read(in: room, for: viewer) {
            (reader: borrowing any ChatStoreReader) throws(StoreError) -> EventPage? in
            guard let stored = try reader.room(room), let sight = try reader.sight(of: viewer, in: room) else {
                return nil
            }
            let events = try reader.events(in: room, after: Int64(after), limit: limit, for: viewer)
            let head = try reader.head(of: room).offset
            return EventPage(epoch: Epoch(stored.epoch), events: events, head: head, first: sight.offset)
        } then: { page throws(Problem) in
            guard let page else { throw .notFound }
            guard epoch == nil || epoch == page.epoch, Int64(after) <= page.head,
                after == 0 || Int64(after) >= page.first
            else {
                throw Problem(.unrecoverablePosition, "This position is not of the room's present history.")
            }
            call.reply { json in
                json.beginObject()
                json.member("epoch", page.epoch)
                json.key("events")
                json.beginArray()
                for event in page.events { NativeJSON.append(event, epoch: page.epoch, to: &json) }
                json.endArray()
                json.member("head", page.head)
                json.endObject()
            }
        }
    }

    private struct EventPage: Sendable {
        var epoch: Epoch
        var events: [Event]
        var head: Int64
        /// Behind this offset the caller sees the room.
        var first: Int64
    }
}
