public import ChatDomain
public import ChatStore

/// A question to the store, as plain data, so that a reader thread can answer it.
public enum StoreQuery: Sendable {
    case userByHandle(String)
    case userByPhone(String)
    /// In the order of the handles; nil where there is none.
    case users(handles: [String])
    case openUsers(limit: Int)
    case room(handle: String)
    case openRooms(limit: Int)
    case rooms(of: UserID, limit: Int)
    /// The newest messages of an open room, ascending.
    case conversation(handle: String, limit: Int)
    /// Whatever the closure asks. It runs on a reader's thread.
    case reading(@Sendable (borrowing any ChatStoreReader) throws(StoreError) -> any Sendable)

    /// Asks the reader. Blocks.
    public func run(on reader: borrowing any ChatStoreReader) -> StoreAnswer {
        do throws(StoreError) {
            return try ask(reader)
        } catch {
            return .failed(error)
        }
    }

    private func ask(_ reader: borrowing any ChatStoreReader) throws(StoreError) -> StoreAnswer {
        switch self {
        case .userByHandle(let handle): return .user(try reader.user(handle: handle))
        case .userByPhone(let phone): return .user(try reader.user(phone: phone))
        case .users(let handles):
            var users: [User?] = []
            for handle in handles { users.append(try reader.user(handle: handle)) }
            return .users(users)
        case .openUsers(let limit): return .users(try reader.openUsers(limit: limit))
        case .room(let handle): return .room(try reader.room(handle: handle))
        case .openRooms(let limit): return .rooms(try reader.openRooms(limit: limit))
        case .rooms(let user, let limit): return .rooms(try reader.rooms(of: user, limit: limit))
        case .conversation(let handle, let limit):
            guard let room = try reader.room(handle: handle), room.isOpen else { return .messages(nil) }
            let messages = try reader.messages(in: room.id, after: nil, before: nil, limit: limit)
            return .messages(newest(of: messages, textBytesMax: 8 << 20))
        case .reading(let body): return .value(try body(reader))
        }
    }
}

/// The last of the messages whose texts together have at most `textBytesMax` bytes, so that one answer stays bounded.
private func newest(of messages: [Message], textBytesMax: Int) -> [Message] {
    var room = textBytesMax
    var first = messages.count
    while first > 0 {
        room -= messages[first - 1].text.utf8.count
        guard room >= 0 else { break }
        first -= 1
    }
    return first == 0 ? messages : Array(messages[first...])
}

/// The answer to a query.
public enum StoreAnswer: Sendable {
    case user(User?)
    case users([User?])
    case room(Room?)
    case rooms([RoomSummary])
    /// nil: there is no such room.
    case messages([Message]?)
    /// What a `reading` returned.
    case value(any Sendable)
    case failed(StoreError)
}
