import ChatDomain
import ChatStore

/// Frames about what passes: who types, who is there, who has read.
enum NativeFrame {
    /// All who type in a room.
    static func typing(_ list: [TypingBoard.Entry], in room: RoomID) -> [UInt8] {
        frame("typing") { json in
            json.member("room", room)
            json.key("users")
            json.beginArray()
            for entry in list {
                json.beginObject()
                json.member("user_id", entry.user)
                json.member("kind", entry.kind.rawValue)
                if let thread = entry.thread { json.member("thread", thread) }
                json.member("expires_in_ms", entry.expiresInMs)
                json.endObject()
            }
            json.endArray()
        }
    }

    /// - Parameter type: `presence.state` for all that is watched, `presence.diff` for what has changed.
    static func presence(_ type: StaticString, _ users: [UserID: PresenceSnapshot]) -> [UInt8] {
        frame(type) { json in
            json.key("users")
            json.beginObject()
            for (user, snapshot) in users.sorted(by: { $0.key < $1.key }) {
                json.key(text: "\(user.rawValue)")
                append(snapshot, to: &json)
            }
            json.endObject()
        }
    }

    private static func append(_ snapshot: PresenceSnapshot, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", snapshot.state.name)
        if snapshot.state != .offline { json.member("devices", snapshot.devices) }
        if !snapshot.statusText.isEmpty { json.member("status_text", snapshot.statusText) }
        if let lastSeen = snapshot.lastSeen { json.member("last_seen", lastSeen) }
        json.endObject()
    }

    /// How far somebody has come in a room.
    static func receipt(_ update: MarkerUpdate) -> [UInt8] {
        frame("receipt") { json in
            json.member("room", update.room)
            json.member("user_id", update.user)
            if let received = [update.received, update.read].compactMap({ $0 }).max() {
                json.member("received", received)
            }
            if let read = update.read { json.member("read", read) }
        }
    }

    /// The user has read, on whichever device.
    static func markerUpdated(_ room: RoomID, read: Int64, at time: WallTime) -> [UInt8] {
        ownEvent("marker.updated", room, at: time) { $0.member("read", read) }
    }

    /// The user has read in a thread. A frame of its own, so that nobody takes it for the marker of the room.
    static func threadMarked(_ thread: Int64, in room: RoomID, read: Int64, at time: WallTime) -> [UInt8] {
        ownEvent("thread.marked", room, at: time) { json in
            json.member("thread", thread)
            json.member("read", read)
        }
    }

    /// The user's own counts begin at this message.
    static func markedUnread(_ room: RoomID, from seq: Int64, at time: WallTime) -> [UInt8] {
        ownEvent("marker.updated", room, at: time) { json in
            json.member("read", seq - 1)
            json.member("unread_from", seq)
        }
    }

    private static func ownEvent(
        _ name: StaticString, _ room: RoomID, at time: WallTime, _ write: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        frame("event") { json in
            json.member("stream", "me")
            json.member("ts", time)
            json.member("event", "\(name)")
            json.member("room", room)
            write(&json)
        }
    }

    /// What somebody is called now, or that they are no more.
    static func profile(_ user: User) -> [UInt8] {
        frame("profile") { json in
            json.key("user")
            json.beginObject()
            json.member("id", user.id)
            if user.isDeleted {
                json.member("deleted", true)
            } else {
                json.member("username", user.login ?? "")
                json.member("display_name", user.username)
            }
            json.endObject()
        }
    }

    private static func frame(_ type: StaticString, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reserving: 256)
        json.beginObject()
        json.member("type", "\(type)")
        write(&json)
        json.endObject()
        return textFrame(json.takeBytes())
    }
}
