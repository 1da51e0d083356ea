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
        json.key("room")
        json.value(message.room)
        json.key("seq")
        json.value(message.seq)
        json.key("user_id")
        json.value(message.author)
        json.key("client_msg_id")
        json.value(message.key)
        json.key("text")
        json.value(message.text)
        json.key("ts")
        json.value(message.sentAt)
        json.key("version")
        json.value(message.version)
        if let editedAt = message.editedAt {
            json.key("edited_at")
            json.value(editedAt)
        }
        if message.isDeleted {
            json.key("deleted")
            json.value(true)
        }
        if let replyTo = message.replyTo {
            json.key("reply_to")
            json.value(replyTo)
        }
        if let thread = message.thread {
            json.key("thread")
            json.value(thread)
        }
        if !message.mentions.isEmpty {
            json.key("mentions")
            append(message.mentions, to: &json)
        }
        json.key("reactions")
        json.beginObject()
        for reaction in message.reactions {
            json.key(reaction.key)
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
        json.key("seq")
        json.value(listing.seq)
        json.key("offset")
        json.value(listing.offset)
        if let role = listing.role {
            json.key("role")
            json.value(role.name)
        }
        json.key("members")
        json.value(listing.memberCount)
        if let message = listing.lastMessage {
            json.key("last_message")
            append(message, to: &json)
        }
        json.key("unread")
        json.value(listing.unread.unread)
        json.key("mentions")
        json.value(listing.unread.mentions)
        json.key("read")
        json.value(listing.unread.read)
        if let peer = listing.peer {
            json.key("peer")
            append(peer, to: &json)
        }
        json.key("active_at")
        json.value(listing.activeAt)
        json.endObject()
    }

    /// A room as an event about it shows it to everybody alike.
    static func append(_ room: Room, to json: inout JSONWriter) {
        json.beginObject()
        appendMembers(of: room, to: &json)
        json.endObject()
    }

    private static func appendMembers(of room: Room, to json: inout JSONWriter) {
        json.key("id")
        json.value(room.id)
        json.key("kind")
        json.value(room.kind.name)
        json.key("name")
        json.value(room.name)
        json.key("visibility")
        json.value(room.visibility.name)
        json.key("archived")
        json.value(room.isArchived)
        json.key("created_at")
        json.value(room.createdAt)
        json.key("epoch")
        json.value(Epoch(room.epoch))
    }

    /// A user as others see it: no phone, no settings.
    static func append(_ user: User, to json: inout JSONWriter) {
        json.beginObject()
        appendMembers(of: user, to: &json)
        json.endObject()
    }

    /// The same without the brackets, for who has more to say of a user.
    static func appendMembers(of user: User, to json: inout JSONWriter) {
        json.key("id")
        json.value(user.id)
        json.key("username")
        json.value(user.login ?? "")
        json.key("display_name")
        json.value(user.username)
        json.key("created_at")
        json.value(user.createdAt)
        if user.isDeleted {
            json.key("deleted")
            json.value(true)
        }
    }

    static func append(_ member: Member, at now: WallTime, to json: inout JSONWriter) {
        json.beginObject()
        json.key("user_id")
        json.value(member.user)
        json.key("role")
        json.value(member.role.name)
        json.key("read")
        json.value(member.read)
        json.key("received")
        json.value(member.received)
        if let until = member.mutedUntil, now < until {
            json.key("muted_until")
            json.value(until)
        }
        json.endObject()
    }

    /// One that lasts for ever has no `until`.
    static func append(_ ban: Ban, to json: inout JSONWriter) {
        json.beginObject()
        json.key("user_id")
        json.value(ban.user)
        json.key("banned_by")
        json.value(ban.by)
        json.key("ts")
        json.value(ban.at)
        if ban.until < .distantFuture {
            json.key("until")
            json.value(ban.until)
        }
        if let reason = ban.reason {
            json.key("reason")
            json.value(reason)
        }
        json.endObject()
    }

    static func append(_ settings: UserSettings, to json: inout JSONWriter) {
        json.beginObject()
        json.key("availability")
        json.value(settings.availability.name)
        json.key("status_text")
        json.value(settings.statusText)
        json.key("hides_last_seen")
        json.value(settings.hidesLastSeen)
        json.key("hides_typing")
        json.value(settings.hidesTyping)
        json.key("hides_reading")
        json.value(settings.hidesReading)
        json.endObject()
    }

    /// What is wrong: the members that REST and the socket share.
    static func appendError(
        _ code: ErrorCode, _ sentence: String?, retryAfterMs: Int64? = nil, to json: inout JSONWriter
    ) {
        json.key("code")
        json.value(code.rawValue)
        json.key("message")
        json.value(sentence ?? code.sentence)
        if let retryAfterMs {
            json.key("retry_after_ms")
            json.value(retryAfterMs)
        }
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
