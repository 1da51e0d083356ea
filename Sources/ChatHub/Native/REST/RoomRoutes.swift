import ChatDomain
import ChatStore
import HTTPCore

/// Rooms: lists of them, making, changing and ending them, and one's own coming and going.
extension Native {
    static let roomResources: [Route] = [
        .signedIn(.get, "/v1/rooms", listRooms),
        .signedIn(.post, "/v1/rooms", createRoom),
        .signedIn(.put, "/v1/direct/{user}", openDirect),
        .signedIn(.get, "/v1/rooms/{id}", showRoom),
        .signedIn(.patch, "/v1/rooms/{id}", updateRoom),
        .signedIn(.delete, "/v1/rooms/{id}", deleteRoom),
        .signedIn(.post, "/v1/rooms/{id}/join", joinRoom),
        .signedIn(.post, "/v1/rooms/{id}/leave", leaveRoom),
    ]

    /// The caller's rooms, or with `scope=public` those that anybody can join.
    private static func listRooms(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let query = try call.query()
        let limit = try call.limit(in: query)
        let cursor = try listCursor(in: query)
        let viewer = principal.id
        let scope = query["scope"]
        guard scope == nil || scope == "mine" || scope == "public" else {
            throw Problem(.unprocessable, "'scope' takes mine or public.")
        }
        let text = query["query"] ?? ""
        let isHidden: Bool
        switch query["hidden"] ?? "0" {
        case "0": isHidden = false
        case "1": isHidden = true
        default: throw Problem(.unprocessable, "'hidden' takes 0 or 1.")
        }
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> ListPage<RoomListing> in
            if scope == "public" {
                return try reader.publicRooms(matching: text, for: viewer, after: cursor, limit: limit)
            }
            return try reader.listings(of: viewer, hidden: isHidden, after: cursor, limit: limit)
        } then: { page throws(Problem) in
            call.reply(page: "rooms", page) { NativeJSON.append($0, to: &$1) }
        }
    }

    /// Where the page before ended; nil for the first.
    static func listCursor(in query: Query) throws(Problem) -> ListCursor? {
        guard query.contains("cursor") else { return nil }
        guard let cursor = query["cursor"].flatMap({ ListCursor($0) }) else {
            throw Problem(.badRequest, "'cursor' is not one that was handed out.")
        }
        return cursor
    }

    private static func createRoom(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let body = try call.body()
        let kind: RoomKind
        switch try body.string("kind") {
        case "group": kind = .group
        case "channel": kind = .channel
        default: throw Problem(.unprocessable, "'kind' takes group or channel.")
        }
        let name = try checked(Names.roomName, try body.string("name"))
        let visibility = try visibility(in: body) ?? .private
        let members = try body.optionalIDs("members", countMax: call.hub.limits.membersPerRequestMax) ?? []
        let room = NewNativeRoom(
            handle: call.makeHandle(), kind: kind, name: name, visibility: visibility,
            members: members.map { UserID($0) })
        call.submit(.room(.create(room, by: principal.id))) { refusal in
            refusal == .unknownUser
                ? Problem(.unprocessable, "'members' names somebody who does not exist.") : nil
        } then: { outcome throws(Problem) in
            try reply(outcome, call, statusOfNew: .created)
        }
    }

    private static func openDirect(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let peer = try call.userID("user")
        let handle = call.makeHandle()
        call.submit(.room(.direct(peer, handle: handle, by: principal.id))) { outcome throws(Problem) in
            try reply(outcome, call, statusOfNew: .created)
        }
    }

    private static func showRoom(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let viewer = principal.id
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> RoomListing? in
            try reader.listing(of: room, for: viewer)
        } then: { listing throws(Problem) in
            guard let listing else { throw .notFound }
            write(listing, call, .ok)
        }
    }

    private static func updateRoom(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let body = try call.body()
        var change = RoomUpdate()
        if let text = try body.optionalString("name") { change.name = try checked(Names.roomName, text) }
        if let text = try body.optionalString("topic") { change.topic = try checked(Names.topic, text) }
        change.visibility = try visibility(in: body)
        if let name = try body.optionalString("history") {
            guard let history = RoomHistory(name: name) else {
                throw Problem(.unprocessable, "'history' takes all or joined.")
            }
            change.history = history
        }
        change.isArchived = try body.optionalBool("archived")
        if let text = try body.optionalString("owner") {
            guard let id = WireID.user(text) else {
                throw Problem(.unprocessable, "'owner' is no identifier.")
            }
            change.owner = id
        }
        call.submit(.room(.update(room, change, by: principal.id))) { refusal in
            refusal == .unknownMember || refusal == .unknownUser
                ? Problem(.unprocessable, "'owner' names nobody of this room.") : nil
        } then: { outcome throws(Problem) in
            try reply(outcome, call, statusOfNew: .ok)
        }
    }

    private static func deleteRoom(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.submitForNoContent(.room(.delete(try call.roomID(), by: principal.id)))
    }

    private static func joinRoom(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        var invite: [UInt8]?
        if !call.request.body.isEmpty, let token = try call.body().optionalString("token") {
            invite = try call.hash(ofToken: token)
        }
        call.submit(.room(.join(room, invite: invite, by: principal.id))) { outcome throws(Problem) in
            try reply(outcome, call, statusOfNew: .ok)
        }
    }

    private static func leaveRoom(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.submitForNoContent(.room(.leave(try call.roomID(), by: principal.id)))
    }

    // MARK: Leaves

    private static func visibility(in body: JSONBody) throws(Problem) -> Visibility? {
        guard let name = try body.optionalString("visibility") else { return nil }
        guard let visibility = Visibility(name: name) else {
            throw Problem(.unprocessable, "'visibility' takes public or private.")
        }
        return visibility
    }

    private static func reply(
        _ outcome: Outcome, _ call: RESTCall, statusOfNew: Status
    ) throws(Problem) {
        guard case .listing(let listing, let isNew) = outcome else { throw .unavailable }
        write(listing, call, isNew ? statusOfNew : .ok)
    }

    private static func write(_ listing: RoomListing, _ call: RESTCall, _ status: Status) {
        call.reply(status) { json in
            json.beginObject()
            json.key("room")
            NativeJSON.append(listing, to: &json)
            json.endObject()
        }
    }
}
