import ChatDomain

/// What a chat-app client says: `{"chat_type":…,"value":[…],"room_id":…,"user_id":…,"id":…}`.
struct ChatAppCommand: Equatable {
    var kind: Kind
    /// The strings of `value`, joined.
    var text: String
    var roomHandle: String
    var userHandle: String

    enum Kind {
        case text
        case typing
        case status
        /// CONNECT and DISCONNECT: from a client they say nothing but where it is.
        case presence
    }

    /// Reads a frame; nil for whatever is not this JSON, which the dialect answers by nothing.
    init?(parsing bytes: Span<UInt8>) {
        do throws(JSONError) {
            try self.init(reading: bytes)
        } catch {
            return nil
        }
    }

    private init?(reading bytes: Span<UInt8>) throws(JSONError) {
        var reader = JSONReader()
        guard try reader.next(in: bytes) == .beginObject else { return nil }
        var kind: Kind?
        var text: String?
        var roomHandle = ""
        var userHandle = ""
        while let token = try reader.next(in: bytes) {
            guard case .key(let key) = token else { continue }
            if key.equals("chat_type", in: bytes) {
                guard case .string(let name) = try reader.next(in: bytes) else { return nil }
                kind = Self.kind(name, in: bytes)
            } else if key.equals("value", in: bytes) {
                text = try Self.joinedStrings(&reader, in: bytes)
            } else if key.equals("room_id", in: bytes) {
                guard case .string(let handle) = try reader.next(in: bytes) else { return nil }
                roomHandle = handle.string(in: bytes)
            } else if key.equals("user_id", in: bytes) {
                guard case .string(let handle) = try reader.next(in: bytes) else { return nil }
                userHandle = handle.string(in: bytes)
            } else {
                try reader.skipValue(in: bytes)
            }
        }
        guard let kind, let text, roomHandle.utf8.count <= 64, userHandle.utf8.count <= 64 else { return nil }
        self.kind = kind
        self.text = text
        self.roomHandle = roomHandle
        self.userHandle = userHandle
    }

    private static func kind(_ name: JSONText, in bytes: Span<UInt8>) -> Kind? {
        if name.equals("TEXT", in: bytes) { return .text }
        if name.equals("TYPING", in: bytes) { return .typing }
        if name.equals("STATUS", in: bytes) { return .status }
        if name.equals("CONNECT", in: bytes) || name.equals("DISCONNECT", in: bytes) { return .presence }
        return nil
    }

    /// Reads an array of strings; nil for anything else.
    private static func joinedStrings(_ reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) -> String? {
        guard try reader.next(in: bytes) == .beginArray else { return nil }
        var joined: String?
        while true {
            switch try reader.next(in: bytes) {
            case .string(let text):
                let part = text.string(in: bytes)
                joined = joined.map { $0 + part } ?? part
            case .endArray: return joined ?? ""
            default: return nil
            }
        }
    }
}

/// The frames that the server sends to chat-app clients, as JSON.
enum ChatAppFrame {
    /// A frame about a room: TEXT, TYPING or STATUS.
    static func json(
        _ type: String, value: String, roomHandle: String, userHandle: String, connectionNumber: UInt64
    ) -> [UInt8] {
        var json = JSONWriter(reserving: 192)
        json.beginObject()
        json.member("chat_type", type)
        json.key("value")
        json.beginArray()
        json.value(value)
        json.endArray()
        json.member("room_id", roomHandle)
        json.member("user_id", userHandle)
        json.member("id", connectionNumber)
        json.endObject()
        return json.takeBytes()
    }

    /// Somebody is online, or is not any more.
    ///
    /// - Parameter connectionNumber: of the socket that says so; 0 for the server itself.
    static func status(
        isOnline: Bool, roomHandle: String, userHandle: String, connectionNumber: UInt64 = 0
    ) -> [UInt8] {
        json(
            "STATUS", value: isOnline ? "ONLINE" : "OFFLINE", roomHandle: roomHandle, userHandle: userHandle,
            connectionNumber: connectionNumber)
    }

    static func connect(number: UInt64) -> [UInt8] {
        var json = JSONWriter(reserving: 64)
        json.beginObject()
        json.member("chat_type", "CONNECT")
        json.key("value")
        json.beginArray()
        json.value(String(number))
        json.endArray()
        json.endObject()
        return json.takeBytes()
    }

    static func disconnect() -> [UInt8] {
        var json = JSONWriter(reserving: 96)
        json.beginObject()
        json.member("chat_type", "DISCONNECT")
        json.member("room", "main")
        json.key("value")
        json.beginArray()
        json.value("Someone disconnect!")
        json.endArray()
        json.endObject()
        return json.takeBytes()
    }
}
