import ChatDomain
import ChatStore

/// Durable events, as the socket pushes them and REST lists them.
extension NativeJSON {
    /// An event of a room's stream.
    ///
    /// `room` is the room's identifier, but for those events that are about the room itself, where it is the room;
    /// `stream` is the identifier in any case.
    static func append(_ event: Event, epoch: Epoch, to json: inout JSONWriter) {
        json.beginObject()
        json.member("type", "event")
        json.member("stream", event.room)
        json.key("room")
        switch event.kind {
        case .roomCreated(let room), .roomUpdated(let room, _): append(room, to: &json)
        default: json.value(event.room)
        }
        appendPlace(epoch, event.offset, event.at, to: &json)
        json.member("event", event.kind.name)
        appendPayload(of: event.kind, to: &json)
        json.endObject()
    }

    private static func appendPlace(_ epoch: Epoch, _ offset: Int64, _ time: WallTime, to json: inout JSONWriter) {
        json.member("epoch", epoch)
        json.member("offset", offset)
        json.member("ts", time)
    }

    private static func appendPayload(of kind: EventKind, to json: inout JSONWriter) {
        switch kind {
        case .messageCreated(let message):
            json.key("message")
            append(message, to: &json)
        case .messageEdited(let message, let by):
            json.key("message")
            append(message, to: &json)
            append(by: by, to: &json)
        case .messageDeleted(let seq, let by), .messageUnpinned(let seq, let by):
            json.member("seq", seq)
            append(by: by, to: &json)
        case .messagePinned(let seq, let by):
            json.member("seq", seq)
            append(by: by, to: &json)
        case .memberJoined(let user, let role, let by): append(user, role, by: by, to: &json)
        case .memberLeft(let user, let by): append(user, by: by, to: &json)
        case .memberKicked(let user, let by), .memberBanned(let user, let by): append(user, by: by, to: &json)
        case .memberRoleChanged(let user, let role, let by): append(user, role, by: by, to: &json)
        case .reactionAdded(let seq, let key, let by), .reactionRemoved(let seq, let key, let by):
            json.member("seq", seq)
            json.member("key", key)
            json.member("user_id", by)
        case .messageConcealed(let seq): json.member("seq", seq)
        case .roomCreated: break
        case .roomUpdated(_, let by), .roomArchived(_, let by), .roomDeleted(let by): append(by: by, to: &json)
        }
    }

    private static func append(_ user: UserID, _ role: Role? = nil, by: UserID?, to json: inout JSONWriter) {
        json.member("user_id", user)
        if let role { json.member("role", role.name) }
        append(by: by, to: &json)
    }

    private static func append(by user: UserID?, to json: inout JSONWriter) {
        guard let user else { return }
        json.member("by", user)
    }

    /// An event of the user's own stream.
    static func append(_ event: UserEvent, to json: inout JSONWriter) {
        json.beginObject()
        json.member("type", "event")
        json.member("stream", "me")
        appendPlace(Epoch(event.epoch), event.offset, event.at, to: &json)
        json.member("event", event.kind.name)
        switch event.kind {
        case .roomJoined(let room, let listing):
            json.key("room")
            if let listing {
                append(listing, to: &json)
            } else {
                // It is the user's no more, which a later event of the stream says.
                json.beginObject()
                json.member("id", room)
                json.endObject()
            }
        case .roomLeft(let room, let reason):
            json.member("room", room)
            json.member("reason", reason.name)
        case .messageHidden(let room, let seq):
            json.member("room", room)
            json.member("seq", seq)
        case .settingsUpdated(let settings):
            json.key("settings")
            append(settings, to: &json)
        case .roomSettings(let room, let settings):
            json.member("room", room)
            json.key("settings")
            append(settings, to: &json)
        }
        json.endObject()
    }
}

extension EventKind {
    /// The name on the wire.
    var name: String {
        switch self {
        case .messageCreated: "message.created"
        case .messageEdited: "message.edited"
        case .messageDeleted: "message.deleted"
        case .messagePinned: "message.pinned"
        case .messageUnpinned: "message.unpinned"
        case .memberJoined: "member.joined"
        case .memberLeft: "member.left"
        case .memberKicked: "member.kicked"
        case .memberBanned: "member.banned"
        case .memberRoleChanged: "member.role_changed"
        case .reactionAdded: "reaction.added"
        case .reactionRemoved: "reaction.removed"
        case .roomCreated: "room.created"
        case .roomUpdated: "room.updated"
        case .roomArchived: "room.archived"
        case .roomDeleted: "room.deleted"
        case .messageConcealed: "message.concealed"
        }
    }
}

extension UserEventKind {
    /// The name on the wire.
    var name: String {
        switch self {
        case .roomJoined: "room.joined"
        case .roomLeft: "room.left"
        case .messageHidden: "message.hidden"
        case .settingsUpdated: "settings.updated"
        case .roomSettings: "room.settings"
        }
    }
}
