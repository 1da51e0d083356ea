import ChatDomain
import ChatStore

/// Frames about what passes: who types, who is there, who has read.
enum NativeFrame {
    /// All who type in a room.
    static func typing(_ list: [TypingBoard.Entry], in room: RoomID) -> [UInt8] {
        frame("typing") { json in
            json.key("room")
            json.value(room)
            json.key("users")
            json.beginArray()
            for entry in list {
                json.beginObject()
                json.key("user_id")
                json.value(entry.user)
                json.key("kind")
                json.value(entry.kind.rawValue)
                if let thread = entry.thread {
                    json.key("thread")
                    json.value(thread)
                }
                json.key("expires_in_ms")
                json.value(entry.expiresInMs)
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
                json.key("\(user.rawValue)")
                append(snapshot, to: &json)
            }
            json.endObject()
        }
    }

    private static func append(_ snapshot: PresenceSnapshot, to json: inout JSONWriter) {
        json.beginObject()
        json.key("state")
        json.value(snapshot.state.name)
        if snapshot.state != .offline {
            json.key("devices")
            json.value(snapshot.devices)
        }
        if !snapshot.statusText.isEmpty {
            json.key("status_text")
            json.value(snapshot.statusText)
        }
        if let lastSeen = snapshot.lastSeen {
            json.key("last_seen")
            json.value(lastSeen)
        }
        json.endObject()
    }

    /// How far somebody has come in a room.
    static func receipt(_ update: MarkerUpdate) -> [UInt8] {
        frame("receipt") { json in
            json.key("room")
            json.value(update.room)
            json.key("user_id")
            json.value(update.user)
            if let received = [update.received, update.read].compactMap({ $0 }).max() {
                json.key("received")
                json.value(received)
            }
            if let read = update.read {
                json.key("read")
                json.value(read)
            }
        }
    }

    /// The user has read, on whichever device.
    static func markerUpdated(_ room: RoomID, read: Int64, at time: WallTime) -> [UInt8] {
        frame("event") { json in
            json.key("stream")
            json.value("me")
            json.key("ts")
            json.value(time)
            json.key("event")
            json.value("marker.updated")
            json.key("room")
            json.value(room)
            json.key("read")
            json.value(read)
        }
    }

    private static func frame(_ type: StaticString, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reserving: 256)
        json.beginObject()
        json.key("type")
        json.value("\(type)")
        write(&json)
        json.endObject()
        return textFrame(json.takeBytes())
    }
}
