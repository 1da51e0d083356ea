import ChatDomain
import ChatStore

/// The dialect's forms of what is stored.
enum ChatAppJSON {
    static func bytes(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reserving: 512)
        write(&json)
        return json.takeBytes()
    }

    static func append(_ user: User, to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.value(user.handle)
        json.key("username")
        json.value(user.username)
        json.key("phone")
        json.value(user.phone ?? "")
        json.key("created_at")
        json.value(user.createdAt)
        json.endObject()
    }

    static func append(_ summary: RoomSummary, to json: inout JSONWriter) {
        json.beginObject()
        json.key("room")
        json.beginObject()
        json.key("id")
        json.value(summary.room.handle)
        json.key("name")
        json.value(summary.room.name)
        json.key("last_message")
        json.value(summary.lastMessage?.text ?? "")
        json.key("participant_ids")
        json.value(summary.members.map(\.handle).joined(separator: ","))
        json.key("created_at")
        json.value(summary.room.createdAt)
        json.endObject()
        json.key("users")
        json.beginArray()
        for member in summary.members { append(member, to: &json) }
        json.endArray()
        json.endObject()
    }

    static func append(_ message: Message, roomHandle: String, to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.value(message.key.description)
        json.key("room_id")
        json.value(roomHandle)
        json.key("user_id")
        json.value(message.authorHandle)
        json.key("content")
        json.value(message.text)
        json.key("created_at")
        json.value(message.sentAt)
        json.endObject()
    }
}
