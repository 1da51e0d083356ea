import ChatDomain
import ChatStore

/// What the native protocol looks up.
extension TestStore {
    func account(login: String) throws(StoreError) -> Account? { try reading().account(login: login) }
    func account(_ id: UserID) throws(StoreError) -> Account? { try reading().account(id) }
    func session(tokenHash: [UInt8]) throws(StoreError) -> SessionRecord? {
        try reading().session(tokenHash: tokenHash)
    }
    func sessions(of user: UserID) throws(StoreError) -> [SessionRecord] { try reading().sessions(of: user) }
    func users(matching text: String, limit: Int) throws(StoreError) -> [User] {
        try reading().users(matching: text, limit: limit)
    }
    func blocks(by user: UserID) throws(StoreError) -> [UserID] { try reading().blocks(by: user) }
    func hasBlocked(_ other: UserID, by user: UserID) throws(StoreError) -> Bool {
        try reading().hasBlocked(other, by: user)
    }
    func isBlocked(_ user: UserID, in room: RoomID) throws(StoreError) -> Bool {
        try reading().isBlocked(user, in: room)
    }
    func contacts(of user: UserID, among others: [UserID]) throws(StoreError) -> [UserID] {
        try reading().contacts(of: user, among: others)
    }
    func isInvitation(tokenHash: [UInt8], at now: WallTime) throws(StoreError) -> Bool {
        try reading().isInvitation(tokenHash: tokenHash, at: now)
    }
    func invites(to room: RoomID, at now: WallTime) throws(StoreError) -> [InviteRecord] {
        try reading().invites(to: room, at: now)
    }
    func invite(tokenHash: [UInt8], at now: WallTime) throws(StoreError) -> InviteRecord? {
        try reading().invite(tokenHash: tokenHash, at: now)
    }
    func listing(of room: RoomID, for viewer: UserID) throws(StoreError) -> RoomListing? {
        try reading().listing(of: room, for: viewer)
    }
    func listings(
        of user: UserID, hidden isHidden: Bool, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<RoomListing> {
        try reading().listings(of: user, hidden: isHidden, after: cursor, limit: limit)
    }
    func messages(by author: UserID, before cursor: Int64?, limit: Int) throws(StoreError) -> AuthoredPage {
        try reading().messages(by: author, before: cursor, limit: limit)
    }
    func users(_ ids: [UserID]) throws(StoreError) -> [User] { try reading().users(ids) }
    func sight(of user: UserID, in room: RoomID) throws(StoreError) -> Sight? {
        try reading().sight(of: user, in: room)
    }
    func joinings(of user: UserID, limit: Int) throws(StoreError) -> [RoomJoining] {
        try reading().joinings(of: user, limit: limit)
    }
    func unread(of user: UserID, in rooms: [RoomID]) throws(StoreError) -> [(room: RoomID, count: UnreadCount)] {
        try reading().unread(of: user, in: rooms)
    }
    func publicRooms(
        matching text: String, for viewer: UserID, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<RoomListing> {
        try reading().publicRooms(matching: text, for: viewer, after: cursor, limit: limit)
    }
    func member(_ user: UserID, of room: RoomID) throws(StoreError) -> Member? {
        try reading().member(user, of: room)
    }
    func members(of room: RoomID, after cursor: ListCursor?, limit: Int) throws(StoreError) -> ListPage<Member> {
        try reading().members(of: room, after: cursor, limit: limit)
    }
    func memberCount(of room: RoomID) throws(StoreError) -> Int { try reading().memberCount(of: room) }
    func ban(of user: UserID, from room: RoomID, at now: WallTime) throws(StoreError) -> WallTime? {
        try reading().ban(of: user, from: room, at: now)
    }
    func bans(
        from room: RoomID, at now: WallTime, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<Ban> {
        try reading().bans(from: room, at: now, after: cursor, limit: limit)
    }
    func unread(of user: UserID, limit: Int) throws(StoreError) -> [(room: RoomID, count: UnreadCount)] {
        try reading().unread(of: user, limit: limit)
    }
    func page(
        of room: RoomID, _ range: MessageRange, limit: Int, for viewer: UserID
    ) throws(StoreError) -> MessagePage {
        try reading().page(of: room, range, limit: limit, for: viewer)
    }
    func versions(of seq: Int64, in room: RoomID) throws(StoreError) -> [MessageVersion] {
        try reading().versions(of: seq, in: room)
    }
    func receipt(
        author: UserID, key: MessageKey
    ) throws(StoreError) -> (room: RoomID, receipt: MessageReceipt)? {
        try reading().receipt(author: author, key: key)
    }
    func search(
        _ query: SearchQuery, for viewer: UserID, before cursor: Int64?, limit: Int
    ) throws(StoreError) -> SearchPage {
        try reading().search(query, for: viewer, before: cursor, limit: limit)
    }
    func threadPage(
        of room: RoomID, thread: Int64, _ range: MessageRange, limit: Int, for viewer: UserID
    ) throws(StoreError) -> MessagePage? {
        try reading().threadPage(of: room, thread: thread, range, limit: limit, for: viewer)
    }
    func threads(of user: UserID, after cursor: ListCursor?, limit: Int) throws(StoreError) -> ListPage<ThreadListing> {
        try reading().threads(of: user, after: cursor, limit: limit)
    }
    func pins(of room: RoomID, for viewer: UserID) throws(StoreError) -> [PinListing] {
        try reading().pins(of: room, for: viewer)
    }
    func commits(after position: LogPosition, limit: Int) throws(StoreError) -> CommitPage {
        try reading().commits(after: position, limit: limit)
    }
    func position(ofFollower name: String) throws(StoreError) -> LogPosition? {
        try reading().position(ofFollower: name)
    }
    func userEvents(of user: UserID, after offset: Int64, limit: Int) throws(StoreError) -> [UserEvent] {
        try reading().userEvents(of: user, after: offset, limit: limit)
    }
}
