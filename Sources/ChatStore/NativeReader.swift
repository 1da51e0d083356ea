public import ChatDomain

/// What the native protocol looks up beside what `ChatStoreReader` itself asks for. For one thread at a time. What
/// `append` has returned is seen at once. Nothing here shows rooms or users of open dialects, except by their
/// identifiers to who is a member.
public protocol NativeReader {
    // Accounts

    /// By the name to sign in with, caselessly; deleted accounts are not found.
    func account(login: String) throws(StoreError) -> Account?
    func account(_ id: UserID) throws(StoreError) -> Account?
    /// Nil for none; an expired one is found, and says so.
    func session(tokenHash: [UInt8]) throws(StoreError) -> SessionRecord?
    /// Newest first.
    func sessions(of user: UserID) throws(StoreError) -> [SessionRecord]
    /// Accounts whose login or display name has a word that begins with `text`, caselessly; sorted by login. A word
    /// begins where a letter or digit follows none; of more than 1,000 matches it may be any.
    func users(matching text: String, limit: Int) throws(StoreError) -> [User]
    /// Those of these who exist, or existed, in their order.
    func users(_ ids: [UserID]) throws(StoreError) -> [User]
    /// Those who `user` has blocked, by their ids.
    func blocks(by user: UserID) throws(StoreError) -> [UserID]
    /// Whether `user` has blocked `other`.
    func hasBlocked(_ other: UserID, by user: UserID) throws(StoreError) -> Bool
    /// Whether the other one of a direct room has blocked `user`; false in every other room.
    func isBlocked(_ user: UserID, in room: RoomID) throws(StoreError) -> Bool
    /// Those of `others`, in their order, who share a room with `user`.
    func contacts(of user: UserID, among others: [UserID]) throws(StoreError) -> [UserID]
    /// Whether the invitation to register is one, and can be used at that time.
    func isInvitation(tokenHash: [UInt8], at now: WallTime) throws(StoreError) -> Bool
    /// The invitations to a room that can be used at that time, by their ids.
    func invites(to room: RoomID, at now: WallTime) throws(StoreError) -> [InviteRecord]
    /// An invitation to a room that can be used at that time.
    func invite(tokenHash: [UInt8], at now: WallTime) throws(StoreError) -> InviteRecord?

    // Rooms

    /// The room as `viewer` may see it: a member, or anybody where it is public; nil for hidden ones.
    func listing(of room: RoomID, for viewer: UserID) throws(StoreError) -> RoomListing?
    /// The rooms of `user` that they have hidden, or have not, the newest activity first, of several at once the room with
    /// the highest id. At most `limit`, from behind `cursor` on.
    func listings(
        of user: UserID, hidden isHidden: Bool, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<RoomListing>
    /// When the user joined their rooms; of more than `limit`, of those that were made last.
    func joinings(of user: UserID, limit: Int) throws(StoreError) -> [RoomJoining]
    /// From where on somebody sees a room; nil for who is no member.
    func sight(of user: UserID, in room: RoomID) throws(StoreError) -> Sight?
    /// Public rooms of the native protocol, archived ones left out, whose name has a word that begins with `text` (all
    /// if empty), by name (caselessly, then by id). Of more than 1,000 matches it may be any.
    func publicRooms(
        matching text: String, for viewer: UserID, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<RoomListing>
    func member(_ user: UserID, of room: RoomID) throws(StoreError) -> Member?
    /// In the order of joining.
    func members(of room: RoomID, after cursor: ListCursor?, limit: Int) throws(StoreError) -> ListPage<Member>
    func memberCount(of room: RoomID) throws(StoreError) -> Int
    /// Until when somebody is banned; nil for not, or no more at `now`.
    func ban(of user: UserID, from room: RoomID, at now: WallTime) throws(StoreError) -> WallTime?
    /// Who is banned at `now`, by their ids.
    func bans(
        from room: RoomID, at now: WallTime, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<Ban>
    /// Every room of the user with what is unread in it, by the rooms' ids.
    func unread(of user: UserID, limit: Int) throws(StoreError) -> [(room: RoomID, count: UnreadCount)]

    /// The same of these rooms, in their order; those that the user is not in are left out.
    func unread(of user: UserID, in rooms: [RoomID]) throws(StoreError) -> [(room: RoomID, count: UnreadCount)]

    // Messages

    func page(of room: RoomID, _ range: MessageRange, limit: Int, for viewer: UserID) throws(StoreError) -> MessagePage
    /// Of the thread that begins with the message, or in which it is an answer: the first message and its answers, as a
    /// page shows them. Nil for who is no member, and where there is no such message.
    func threadPage(of room: RoomID, thread: Int64, _ range: MessageRange, limit: Int, for viewer: UserID)
        throws(StoreError) -> MessagePage?
    /// The threads that somebody follows and that have answers, the newest answer first; without those whose first
    /// message they have hidden.
    func threads(of user: UserID, after cursor: ListCursor?, limit: Int) throws(StoreError) -> ListPage<ThreadListing>
    /// What is pinned in a room, the newest pin first, without what the viewer has hidden; nothing for who is no member.
    func pins(of room: RoomID, for viewer: UserID) throws(StoreError) -> [PinListing]
    /// All texts of a message, the first first; empty for an unknown or deleted one.
    func versions(of seq: Int64, in room: RoomID) throws(StoreError) -> [MessageVersion]
    /// What somebody has said, wherever that was, the newest first, without reactions; what is deleted is left out. What was
    /// said a moment ago may not be found yet.
    ///
    /// - Parameter cursor: `AuthoredPage.nextCursor` of the page before; nil for the first.
    func messages(by author: UserID, before cursor: Int64?, limit: Int) throws(StoreError) -> AuthoredPage
    /// Where a message with this key of this author was put; the receipt is that of a repeat.
    func receipt(author: UserID, key: MessageKey) throws(StoreError) -> (room: RoomID, receipt: MessageReceipt)?

    // Search

    /// Messages that hold everything the query asks for, the newest first, in rooms that `viewer` is a member of; deleted
    /// ones, and those that the viewer has hidden, are left out. What was said a moment ago may not be found yet.
    ///
    /// - Parameter cursor: `SearchPage.nextCursor` of the page before; nil for the first.
    func search(_ query: SearchQuery, for viewer: UserID, before cursor: Int64?, limit: Int) throws(StoreError)
        -> SearchPage

    // The user's own stream

    /// Events with an `offset` above the one given, ascending.
    func userEvents(of user: UserID, after offset: Int64, limit: Int) throws(StoreError) -> [UserEvent]
}

/// Some of what somebody has said, the newest first.
public struct AuthoredPage: Sendable, Equatable {
    public var messages: [Message]
    /// Where to go on; nil where there is no more. A page may be short, even empty, and yet have one.
    public var nextCursor: Int64?

    public init(messages: [Message], nextCursor: Int64?) {
        self.messages = messages
        self.nextCursor = nextCursor
    }
}

/// When somebody joined a room of theirs.
public struct RoomJoining: Sendable, Equatable {
    public var room: RoomID
    /// Of the event that says so.
    public var logID: Int64

    public init(room: RoomID, logID: Int64) {
        self.room = room
        self.logID = logID
    }
}

/// A room as one of its members may see it.
extension ChatStoreReader {
    /// The rooms that are not hidden.
    public func listings(
        of user: UserID, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<RoomListing> {
        try listings(of: user, hidden: false, after: cursor, limit: limit)
    }

    /// Events as `events(in:after:limit:)`, from where on the viewer sees the room; none for who is no member.
    public func events(
        in room: RoomID, after offset: Int64, limit: Int, for viewer: UserID
    ) throws(StoreError) -> [Event] {
        guard let sight = try sight(of: viewer, in: room) else { return [] }
        var events = try events(in: room, after: max(offset, sight.offset), limit: limit)
        guard sight != .whole else { return events }
        for index in events.indices { events[index].kind = events[index].kind.seen(with: sight) }
        return events
    }

    /// All texts of a message; empty for one that the viewer may not see.
    public func versions(
        of seq: Int64, in room: RoomID, for viewer: UserID
    ) throws(StoreError) -> [MessageVersion] {
        guard let sight = try sight(of: viewer, in: room), sight.shows(seq) else { return [] }
        return try versions(of: seq, in: room)
    }
}
