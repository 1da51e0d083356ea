public import ChatDomain
import Synchronization

/// What the native protocol looks up.
extension MemoryStore {
    public func account(login: String) -> Account? {
        look { state in state.user(login: login).flatMap { state.account($0.id) } }
    }

    public func account(_ id: UserID) -> Account? { look { $0.account(id) } }

    public func session(tokenHash: [UInt8]) -> SessionRecord? { look { $0.session(tokenHash: tokenHash) } }

    public func sessions(of user: UserID) -> [SessionRecord] { look { $0.sessions(of: user) } }

    public func users(matching text: String, limit: Int) -> [User] {
        look { $0.users(matching: text, limit: limit) }
    }

    public func blocks(by user: UserID) -> [UserID] {
        look { $0.accounts[user]?.blocked.sorted() ?? [] }
    }

    public func hasBlocked(_ other: UserID, by user: UserID) -> Bool {
        look { $0.hasBlocked(other, by: user) }
    }

    public func isBlocked(_ user: UserID, in room: RoomID) -> Bool {
        look { state in
            guard let pair = state.held(room)?.head.pair else { return false }
            return state.hasBlocked(user, by: pair.other(than: user))
        }
    }

    public func contacts(of user: UserID, among others: [UserID]) -> [UserID] {
        look { state in others.filter { state.sharesRoom(user, with: $0) } }
    }

    public func isInvitation(tokenHash: [UInt8], at now: WallTime) -> Bool {
        look { $0.isInvitation(tokenHash, at: now) }
    }

    public func invites(to room: RoomID, at now: WallTime) -> [InviteRecord] { look { $0.invites(to: room, at: now) } }

    public func invite(tokenHash: [UInt8], at now: WallTime) -> InviteRecord? {
        look { $0.invite(tokenHash, at: now) }
    }

    public func listing(of room: RoomID, for viewer: UserID) -> RoomListing? {
        look { $0.listing(of: room, for: viewer) }
    }

    public func listings(
        of user: UserID, hidden isHidden: Bool, after cursor: ListCursor?, limit: Int
    ) -> ListPage<RoomListing> {
        look { $0.listings(of: user, hidden: isHidden, after: cursor, limit: limit) }
    }

    public func users(_ ids: [UserID]) -> [User] { look { state in ids.compactMap { state.user($0) } } }

    public func sight(of user: UserID, in room: RoomID) -> Sight? { look { $0.held(room)?.sight(of: user) } }

    public func joinings(of user: UserID, limit: Int) -> [RoomJoining] {
        look { state in
            state.rooms(of: user).reversed().prefix(max(limit, 0)).compactMap { id in
                state.held(id)?.members[user].map { RoomJoining(room: id, logID: $0.joined) }
            }
        }
    }

    public func publicRooms(
        matching text: String, for viewer: UserID, after cursor: ListCursor?, limit: Int
    ) -> ListPage<RoomListing> {
        look { $0.publicRooms(matching: text, for: viewer, after: cursor, limit: limit) }
    }

    public func member(_ user: UserID, of room: RoomID) -> Member? {
        look { $0.held(room)?.member(user) }
    }

    public func members(of room: RoomID, after cursor: ListCursor?, limit: Int) -> ListPage<Member> {
        look { state in
            guard let room = state.held(room) else { return ListPage(rows: [], next: nil) }
            let members = room.members.ordered.lazy.compactMap { user in
                room.members[user].map { (user: user, joined: $0.joined) }
            }
            let found = members.filter { $0.joined > cursor?.number ?? 0 }.prefix(ListPage<Member>.lookedUp(limit))
            return ListPage(
                found.compactMap { entry in room.member(entry.user).map { ($0, entry.joined) } }, limit: limit
            ) {
                ListCursor($0.1)
            } row: {
                $0.0
            }
        }
    }

    public func memberCount(of room: RoomID) -> Int { look { $0.held(room)?.members.count ?? 0 } }

    public func ban(of user: UserID, from room: RoomID, at now: WallTime) -> WallTime? {
        look { state in
            guard let until = state.ban(of: user, from: room)?.until, now < until else { return nil }
            return until
        }
    }

    public func bans(
        from room: RoomID, at now: WallTime, after cursor: ListCursor?, limit: Int
    ) -> ListPage<Ban> {
        look { state in
            guard let room = state.held(room) else { return ListPage(rows: [], next: nil) }
            let bans = room.bans.values.filter { now < $0.until && $0.user.rawValue > cursor?.number ?? 0 }
            let found = bans.sorted { $0.user < $1.user }.prefix(ListPage<Ban>.lookedUp(limit))
            return ListPage(Array(found), limit: limit, cursor: { ListCursor($0.user.rawValue) }, row: { $0 })
        }
    }

    public func unread(of user: UserID, limit: Int) -> [(room: RoomID, count: UnreadCount)] {
        look { $0.unread(of: user, limit: limit) }
    }

    public func unread(of user: UserID, in rooms: [RoomID]) -> [(room: RoomID, count: UnreadCount)] {
        look { $0.unread(of: user, in: rooms) }
    }

    public func page(of room: RoomID, _ range: MessageRange, limit: Int, for viewer: UserID) -> MessagePage {
        look { $0.page(of: room, range, limit: limit, for: viewer) }
    }

    public func threadPage(
        of room: RoomID, thread: Int64, _ range: MessageRange, limit: Int, for viewer: UserID
    ) -> MessagePage? {
        look { $0.threadPage(of: room, thread: thread, range, limit: limit, for: viewer) }
    }

    public func threads(of user: UserID, after cursor: ListCursor?, limit: Int) -> ListPage<ThreadListing> {
        look { $0.threads(of: user, after: cursor, limit: limit) }
    }

    public func pins(of room: RoomID, for viewer: UserID) -> [PinListing] { look { $0.pins(of: room, for: viewer) } }

    public func versions(of seq: Int64, in room: RoomID) -> [MessageVersion] {
        look { $0.held(room)?.versions(of: seq) ?? [] }
    }

    public func receipt(author: UserID, key: MessageKey) -> (room: RoomID, receipt: MessageReceipt)? {
        look { state in
            state.receipts[SenderKey(author: author, key: key)].map {
                ($0.room, MessageReceipt(seq: $0.seq, offset: $0.offset, isDuplicate: true))
            }
        }
    }

    public func search(_ query: SearchQuery, for viewer: UserID, before cursor: Int64?, limit: Int) -> SearchPage {
        look { $0.search(query, for: viewer, before: cursor, limit: limit) }
    }

    public func commits(after position: LogPosition, limit: Int) -> CommitPage {
        look { $0.commits(after: position, limit: limit) }
    }

    public func position(ofFollower name: String) -> LogPosition? { look { $0.logFollowers[name] } }

    public func messages(by author: UserID, before cursor: Int64?, limit: Int) -> AuthoredPage {
        look { $0.messages(by: author, before: cursor, limit: limit) }
    }

    public func userEvents(of user: UserID, after offset: Int64, limit: Int) -> [UserEvent] {
        look { $0.userEvents(of: user, after: offset, limit: limit) }
    }
}
