import ChatDomain
import ChatStore
import HTTPCore

/// Users: oneself, and others.
extension Native {
    static let userResources: [Route] = [
        .signedIn(.get, "/v1/users/me", showMe),
        .signedIn(.patch, "/v1/users/me", changeMe),
        .signedIn(.get, "/v1/users/{id}", showUser),
        .signedIn(.get, "/v1/users", findUsers),
    ]

    // MARK: Oneself

    private static func showMe(_ call: RESTCall, _ principal: Principal) {
        replyWithMe(call, principal.user, principal.settings)
    }

    private static func changeMe(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let body = try call.body()
        var displayName: String?
        if let text = try body.optionalString("display_name") { displayName = try checked(Names.displayName, text) }
        var phone: String??
        if body.isNull("phone") {
            phone = .some(nil)
        } else if let text = try body.optionalString("phone") {
            phone = .some(try checked(Names.phone, text))
        }
        let settings = try changed(principal.settings, by: body.optionalObject("settings"))
        let changesSettings = settings != principal.settings
        guard displayName != nil || phone != nil || changesSettings else {
            return replyWithMe(call, principal.user, principal.settings)
        }
        let draft = AccountDraft.updateProfile(
            principal.id, displayName: displayName, phone: phone, settings: changesSettings ? settings : nil)
        call.submit(.account(draft)) { outcome throws(Problem) in
            guard case .user(let user) = outcome else { throw .unavailable }
            replyWithMe(call, user, settings)
        }
    }

    private static func changed(
        _ settings: UserSettings, by body: JSONBody?
    ) throws(Problem) -> UserSettings {
        guard let body else { return settings }
        var settings = settings
        if let text = try body.optionalString("status_text") {
            settings.statusText = try checked(Names.statusText, text)
        }
        if let flag = try body.optionalBool("hides_last_seen") { settings.hidesLastSeen = flag }
        if let flag = try body.optionalBool("hides_typing") { settings.hidesTyping = flag }
        if let flag = try body.optionalBool("hides_reading") { settings.hidesReading = flag }
        return settings
    }

    private static func replyWithMe(_ call: RESTCall, _ user: User, _ settings: UserSettings) {
        call.reply { json in
            json.beginObject()
            json.key("user")
            NativeJSON.appendOwn(user, settings, to: &json)
            json.endObject()
        }
    }

    // MARK: Others

    private static func showUser(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let id = try call.userID("id")
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.user(id)
        } then: { user throws(Problem) in
            // Those of the dialects are none of this protocol's; a deleted one is shown as such, for their messages.
            guard let user, !user.isOpen else { throw .notFound }
            call.reply { json in
                json.beginObject()
                json.key("user")
                NativeJSON.append(user, to: &json)
                json.endObject()
            }
        }
    }

    private static func findUsers(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let query = try call.query()
        if let ids = try call.ids("ids", in: query) {
            guard !query.contains("query") else {
                throw Problem(.badRequest, "Only one of 'ids' and 'query' may be given.")
            }
            return showUsers(ids.map { UserID($0) }, call)
        }
        guard let text = query["query"] else { throw Problem(.badRequest, "'query' is missing.") }
        guard text.utf8.count <= Names.nameBytesMax else { throw Problem(.unprocessable, "'query' is too long.") }
        let limit = try call.limit(in: query)
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.users(matching: text, limit: limit)
        } then: { users in
            reply(with: users, call)
        }
    }

    private static func showUsers(_ ids: [UserID], _ call: RESTCall) {
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            // As one by one: not those of the dialects, and deleted ones as such.
            try reader.users(ids).filter { !$0.isOpen }
        } then: { users in
            reply(with: users, call)
        }
    }

    static func reply(with users: [User], _ call: RESTCall) {
        call.reply { json in
            json.beginObject()
            json.key("users")
            json.beginArray()
            for user in users { NativeJSON.append(user, to: &json) }
            json.endArray()
            json.endObject()
        }
    }
}
