public import ChatDomain
import Synchronization

/// What the native protocol looks up.
extension MemoryStore {
    public func account(login: String) -> Account? {
        state.withLock { state in state.user(login: login).flatMap { state.account($0.id) } }
    }

    public func account(_ id: UserID) -> Account? { state.withLock { $0.account(id) } }

    public func session(tokenHash: [UInt8]) -> SessionRecord? { state.withLock { $0.session(tokenHash: tokenHash) } }

    public func sessions(of user: UserID) -> [SessionRecord] { state.withLock { $0.sessions(of: user) } }

    public func users(matching text: String, limit: Int) -> [User] {
        state.withLock { $0.users(matching: text, limit: limit) }
    }

    public func blocks(by user: UserID) -> [UserID] {
        state.withLock { $0.storedAccount(user)?.blocked.sorted() ?? [] }
    }

    public func hasBlocked(_ other: UserID, by user: UserID) -> Bool {
        state.withLock { $0.hasBlocked(other, by: user) }
    }

    public func contacts(of user: UserID, among others: [UserID]) -> [UserID] {
        state.withLock { state in others.filter { state.sharesRoom(user, with: $0) } }
    }

    public func isInvitation(tokenHash: [UInt8], at now: WallTime) -> Bool {
        state.withLock { $0.isInvitation(tokenHash, at: now) }
    }

    public func listing(of room: RoomID, for viewer: UserID) -> RoomListing? {
        state.withLock { $0.listing(of: room, for: viewer) }
    }

    public func listings(of user: UserID, skip: Int, limit: Int) -> [RoomListing] {
        state.withLock { $0.listings(of: user, skip: skip, limit: limit) }
    }

    public func publicRooms(matching text: String, for viewer: UserID, skip: Int, limit: Int) -> [RoomListing] {
        state.withLock { $0.publicRooms(matching: text, for: viewer, skip: skip, limit: limit) }
    }

    public func member(_ user: UserID, of room: RoomID) -> Member? {
        state.withLock { $0.room(room)?.member(user) }
    }

    public func members(of room: RoomID, skip: Int, limit: Int) -> [Member] {
        state.withLock { state in
            guard let room = state.room(room) else { return [] }
            return room.members.ordered.dropFirst(max(skip, 0)).prefix(max(limit, 0)).compactMap { room.member($0) }
        }
    }

    public func memberCount(of room: RoomID) -> Int { state.withLock { $0.room(room)?.members.count ?? 0 } }

    public func ban(of user: UserID, from room: RoomID, at now: WallTime) -> WallTime? {
        state.withLock { state in
            guard let room = state.room(room), room.isBanned(user, at: now) else { return nil }
            return room.bans[user]?.until
        }
    }

    public func bans(from room: RoomID, at now: WallTime, skip: Int, limit: Int) -> [Ban] {
        state.withLock { state in
            guard let room = state.room(room) else { return [] }
            let bans = room.bans.values.filter { now < $0.until }.sorted { $0.user < $1.user }
            return Array(bans.dropFirst(max(skip, 0)).prefix(max(limit, 0)))
        }
    }

    public func unread(of user: UserID, limit: Int) -> [(room: RoomID, count: UnreadCount)] {
        state.withLock { $0.unread(of: user, limit: limit) }
    }

    public func page(of room: RoomID, _ range: MessageRange, limit: Int, for viewer: UserID) -> MessagePage {
        state.withLock { $0.page(of: room, range, limit: limit, for: viewer) }
    }

    public func versions(of seq: Int64, in room: RoomID) -> [MessageVersion] {
        state.withLock { $0.room(room)?.versions(of: seq) ?? [] }
    }

    public func receipt(author: UserID, key: MessageKey) -> (room: RoomID, receipt: MessageReceipt)? {
        state.withLock { state in
            state.receipts[SenderKey(author: author, key: key)].map {
                ($0.room, MessageReceipt(seq: $0.seq, offset: $0.offset, isDuplicate: true))
            }
        }
    }

    public func search(_ query: SearchQuery, for viewer: UserID, before cursor: Int64?, limit: Int) -> SearchPage {
        state.withLock { $0.search(query, for: viewer, before: cursor, limit: limit) }
    }

    public func userEvents(of user: UserID, after offset: Int64, limit: Int) -> [UserEvent] {
        state.withLock { $0.userEvents(of: user, after: offset, limit: limit) }
    }
}
