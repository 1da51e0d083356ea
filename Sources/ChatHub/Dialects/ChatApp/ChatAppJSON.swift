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
        json.member("id", user.handle)
        json.member("username", user.username)
        json.member("phone", user.phone ?? "")
        json.member("created_at", user.createdAt)
        json.endObject()
    }

    static func append(_ summary: RoomSummary, to json: inout JSONWriter) {
        json.beginObject()
        json.key("room")
        json.beginObject()
        json.member("id", summary.room.handle)
        json.member("name", summary.room.name)
        json.member("last_message", summary.lastMessage?.text ?? "")
        json.member("participant_ids", summary.members.map(\.handle).joined(separator: ","))
        json.member("created_at", summary.room.createdAt)
        json.endObject()
        json.key("users")
        json.beginArray()
        for member in summary.members { append(member, to: &json) }
        json.endArray()
        json.endObject()
    }

    static func append(_ message: Message, roomHandle: String, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", message.key.description)
        json.member("room_id", roomHandle)
        json.member("user_id", message.authorHandle)
        json.member("content", message.text)
        json.member("created_at", message.sentAt)
        json.endObject()
    }
}
