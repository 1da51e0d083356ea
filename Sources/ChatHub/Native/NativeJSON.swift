import ChatDomain
import ChatStore

/// The forms that what is stored has in the native protocol, by REST and on the socket alike.
enum NativeJSON {
    static func bytes(reserving capacity: Int = 512, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reserving: capacity)
        write(&json)
        return json.takeBytes()
    }

    static func append(_ message: Message, to json: inout JSONWriter) {
        json.beginObject()
        json.member("room", message.room)
        json.member("seq", message.seq)
        json.member("user_id", message.author)
        json.member("client_msg_id", message.key)
        json.member("text", message.text)
        json.member("ts", message.sentAt)
        json.member("version", message.version)
        if let editedAt = message.editedAt { json.member("edited_at", editedAt) }
        if message.isDeleted { json.member("deleted", true) }
        if let replyTo = message.replyTo { json.member("reply_to", replyTo) }
        if let thread = message.thread { json.member("thread", thread) }
        if let info = message.threadInfo { appendMember(info, to: &json) }
        if !message.mentions.isEmpty {
            json.key("mentions")
            append(message.mentions, to: &json)
        }
        json.key("reactions")
        json.beginObject()
        for reaction in message.reactions {
            json.key(text: reaction.key)
            append(reaction.users, to: &json)
        }
        json.endObject()
        json.endObject()
    }

    static func append(_ users: [UserID], to json: inout JSONWriter) {
        json.beginArray()
        for user in users { json.value(user) }
        json.endArray()
    }

    /// A room as its members' lists show it.
    static func append(_ listing: RoomListing, to json: inout JSONWriter) {
        json.beginObject()
        appendMembers(of: listing.room, to: &json)
        json.member("seq", listing.seq)
        json.member("offset", listing.offset)
        if let role = listing.role { json.member("role", role.name) }
        if let settings = listing.settings {
            json.key("settings")
            append(settings, to: &json)
        }
        json.member("members", listing.memberCount)
        if let message = listing.lastMessage {
            json.key("last_message")
            append(message, to: &json)
        }
        json.member("unread", listing.unread.unread)
        json.member("mentions", listing.unread.mentions)
        json.member("read", listing.unread.read)
        if let peer = listing.peer {
            json.key("peer")
            append(peer, to: &json)
        }
        json.member("active_at", listing.activeAt)
        json.endObject()
    }

    /// A room as an event about it shows it to everybody alike.
    static func append(_ room: Room, to json: inout JSONWriter) {
        json.beginObject()
        appendMembers(of: room, to: &json)
        json.endObject()
    }

    private static func appendMembers(of room: Room, to json: inout JSONWriter) {
        json.member("id", room.id)
        json.member("kind", room.kind.name)
        json.member("name", room.name)
        json.member("topic", room.topic)
        json.member("visibility", room.visibility.name)
        json.member("history", room.history.name)
        json.member("archived", room.isArchived)
        json.member("created_at", room.createdAt)
        json.member("epoch", Epoch(room.epoch))
    }

    /// A user as others see it: no phone, no settings.
    static func append(_ user: User, to json: inout JSONWriter) {
        json.beginObject()
        appendMembers(of: user, to: &json)
        json.endObject()
    }

    /// The same without the brackets, for who has more to say of a user.
    static func appendMembers(of user: User, to json: inout JSONWriter) {
        json.member("id", user.id)
        json.member("username", user.login ?? "")
        json.member("display_name", user.username)
        json.member("created_at", user.createdAt)
        if user.isDeleted { json.member("deleted", true) }
    }

    static func append(_ member: NamedMember, at now: WallTime, to json: inout JSONWriter) {
        let (member, user) = (member.member, member.user)
        json.beginObject()
        json.member("user_id", member.user)
        json.member("username", user.login ?? "")
        json.member("display_name", user.username)
        json.member("role", member.role.name)
        json.member("read", member.read)
        json.member("received", member.received)
        if let until = member.mutedUntil, now < until { json.member("muted_until", until) }
        json.endObject()
    }

    /// One that lasts for ever has no `until`.
    static func append(_ ban: Ban, to json: inout JSONWriter) {
        json.beginObject()
        json.member("user_id", ban.user)
        json.member("banned_by", ban.by)
        json.member("ts", ban.at)
        if ban.until < .distantFuture { json.member("until", ban.until) }
        if let reason = ban.reason { json.member("reason", reason) }
        json.endObject()
    }

    static func append(_ invite: InviteRecord, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", invite.id)
        if let by = invite.by { json.member("by", by) }
        json.member("created_at", invite.createdAt)
        if let expiresAt = invite.expiresAt { json.member("expires_at", expiresAt) }
        json.member("uses", invite.uses)
        if let usesLeft = invite.usesLeft { json.member("uses_left", usesLeft) }
        json.endObject()
    }

    static func append(_ settings: UserSettings, to json: inout JSONWriter) {
        json.beginObject()
        json.member("availability", settings.availability.name)
        json.member("status_text", settings.statusText)
        json.member("hides_last_seen", settings.hidesLastSeen)
        json.member("hides_typing", settings.hidesTyping)
        json.member("hides_reading", settings.hidesReading)
        json.endObject()
    }

    static func append(_ settings: RoomSettings, to json: inout JSONWriter) {
        json.beginObject()
        json.member("notify", settings.notify.name)
        json.member("favorite", settings.isFavorite)
        json.member("hidden", settings.isHidden)
        json.endObject()
    }

    /// What is wrong: the members that REST and the socket share.
    static func appendError(
        _ code: ErrorCode, _ sentence: String?, retryAfterMs: Int64? = nil, to json: inout JSONWriter
    ) {
        json.member("code", code.rawValue)
        json.member("message", sentence ?? code.sentence)
        if let retryAfterMs { json.member("retry_after_ms", retryAfterMs) }
    }
}

extension UserSettings.Availability {
    /// The name on the wire.
    var name: String {
        switch self {
        case .automatic: "automatic"
        case .doNotDisturb: "dnd"
        case .invisible: "invisible"
        }
    }

    init?(name: String) {
        switch name {
        case "automatic": self = .automatic
        case "dnd": self = .doNotDisturb
        case "invisible": self = .invisible
        default: return nil
        }
    }
}
