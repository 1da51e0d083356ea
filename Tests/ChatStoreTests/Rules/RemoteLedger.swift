import ChatDomain

@testable import ChatStore

/// A ledger that lies elsewhere: it answers nothing that was not fetched in the same batch.
struct RemoteLedger: StoreLedger {
    static let isRemote = true

    private(set) var base = MemoryLedger()
    private var known: Set<Need> = []
    private var hasChanged = false
    /// How often something had to be fetched in the batch.
    private(set) var fetches = 0
    /// Facts that were missing when something had been changed already.
    private(set) var tooLate: [Need] = []

    mutating func begin(drafts: Int) {
        base.begin(drafts: drafts)
        known = []
        hasChanged = false
        fetches = 0
    }

    mutating func fetch(_ needs: [Need]) {
        known.formUnion(needs)
        fetches += 1
    }

    mutating func require(_ needs: [Need]) throws(Stop) {
        let missing = needs.filter { !known.contains($0) }
        guard !missing.isEmpty else { return }
        if hasChanged { tooLate += missing }
        throw .need(missing)
    }

    mutating func commit() -> [Event] { base.commit() }
    mutating func rollback() { base.rollback() }
    var isFull: Bool { false }

    // MARK: Facts

    mutating func handle(of user: UserID) throws(Stop) -> String? {
        try require([.user(user)])
        return base.handle(of: user)
    }

    mutating func account(_ user: UserID) throws(Stop) -> Account? {
        try require([.user(user)])
        return base.account(user)
    }

    mutating func holder(ofLogin login: String) throws(Stop) -> UserID? {
        try require([.login(login)])
        return base.holder(ofLogin: login)
    }

    mutating func holder(ofPhone phone: String) throws(Stop) -> UserID? {
        try require([.phone(phone)])
        return base.holder(ofPhone: phone)
    }

    mutating func isHandleTaken(_ handle: String) throws(Stop) -> Bool {
        try require([.userHandle(handle)])
        return base.isHandleTaken(handle)
    }

    mutating func sessions(of user: UserID) throws(Stop) -> [SessionRecord] {
        try require([.sessions(user)])
        return base.sessions(of: user)
    }

    mutating func isTokenTaken(_ tokenHash: [UInt8]) throws(Stop) -> Bool {
        try require([.token(tokenHash)])
        return base.isTokenTaken(tokenHash)
    }

    mutating func hasBlocked(_ other: UserID, by user: UserID) throws(Stop) -> Bool {
        try require([.block(of: other, by: user)])
        return base.hasBlocked(other, by: user)
    }

    mutating func invite(_ id: InviteID) throws(Stop) -> InviteRecord? {
        try require([.inviteOf(id)])
        return base.invite(id)
    }

    mutating func invite(_ tokenHash: [UInt8]) throws(Stop) -> InviteRecord? {
        try require([.invite(tokenHash)])
        return base.invite(tokenHash)
    }

    mutating func head(of room: RoomID) throws(Stop) -> RoomHead? {
        try require([.room(room)])
        return base.head(of: room)
    }

    mutating func room(_ id: RoomID) throws(Stop) -> Room? {
        try require([.room(id)])
        return base.room(id)
    }

    mutating func isRoomHandleTaken(_ handle: String) throws(Stop) -> Bool {
        try require([.roomHandle(handle)])
        return base.isRoomHandleTaken(handle)
    }

    mutating func directRoom(of pair: DirectPair) throws(Stop) -> RoomID? {
        try require([.direct(pair)])
        return base.directRoom(of: pair)
    }

    mutating func rooms(of user: UserID) throws(Stop) -> [RoomID] {
        try require([.rooms(of: user)])
        return base.rooms(of: user)
    }

    mutating func place(of user: UserID, in room: RoomID) throws(Stop) -> Place? {
        try require([.place(user, room)])
        return base.place(of: user, in: room)
    }

    mutating func members(of room: RoomID) throws(Stop) -> [UserID] {
        try require([.members(room)])
        return base.members(of: room)
    }

    mutating func memberCount(of room: RoomID) throws(Stop) -> Int {
        try require([.room(room)])
        return base.memberCount(of: room)
    }

    mutating func heir(in room: RoomID, after user: UserID) throws(Stop) -> UserID? {
        try require([.heir(room, after: user)])
        return base.heir(in: room, after: user)
    }

    mutating func ban(of user: UserID, from room: RoomID) throws(Stop) -> Ban? {
        try require([.ban(user, room)])
        return base.ban(of: user, from: room)
    }

    mutating func settings(of user: UserID, in room: RoomID) throws(Stop) -> RoomSettings? {
        try require([.settings(user, room)])
        return base.settings(of: user, in: room)
    }

    mutating func hiders(of room: RoomID, limit: Int) throws(Stop) -> [UserID] {
        try require([.hiders(room)])
        return base.hiders(of: room, limit: limit)
    }

    mutating func receipt(for sender: SenderKey) throws(Stop) -> StoredReceipt? {
        try require([.receipt(sender)])
        return base.receipt(for: sender)
    }

    mutating func message(_ reference: MessageReference, in head: RoomHead) throws(Stop) -> VersionedMessage? {
        try require([.message(reference, head.id)])
        return base.message(reference, in: head)
    }

    mutating func reactions(to seq: Int64, in room: RoomID) throws(Stop) -> ReactionList {
        try require([.reactions(seq, room)])
        return base.reactions(to: seq, in: room)
    }

    mutating func isHidden(_ seq: Int64, in room: RoomID, from user: UserID) throws(Stop) -> Bool {
        try require([.hidden(seq, room, user)])
        return base.isHidden(seq, in: room, from: user)
    }

    mutating func thread(_ name: ThreadName) throws(Stop) -> StoredThread? {
        try require([.thread(name.root, name.room)])
        return base.thread(name)
    }

    mutating func read(_ thread: ThreadName, by user: UserID) throws(Stop) -> Int64? {
        try require([.follows(user, thread.room)])
        return base.read(thread, by: user)
    }

    mutating func follows(of user: UserID, in room: RoomID) throws(Stop) -> FollowSum {
        try require([.follows(user, room)])
        return base.follows(of: user, in: room)
    }

    mutating func pins(of room: RoomID) throws(Stop) -> [Pin] {
        try require([.pins(room)])
        return base.pins(of: room)
    }

    mutating func ownCount(of user: UserID, in head: RoomHead, from seq: Int64) throws(Stop) -> Int {
        try require([.ownCount(user, head.id, from: seq)])
        return base.ownCount(of: user, in: head, from: seq)
    }

    mutating func followers() throws(Stop) -> [String: LogPosition] {
        try require([.followers])
        return base.followers()
    }

    // MARK: What needs no fetching

    func nextUserID() -> UserID { base.nextUserID() }
    func nextRoomID() -> RoomID { base.nextRoomID() }
    func nextSessionID() -> SessionID { base.nextSessionID() }
    func nextInviteID() -> InviteID { base.nextInviteID() }
    func listing(of head: RoomHead, for viewer: UserID) -> RoomListing? { base.listing(of: head, for: viewer) }
    func summary(of head: RoomHead) -> RoomSummary? { base.summary(of: head) }

    // MARK: Changes

    mutating func apply(_ change: Change) {
        hasChanged = true
        // What one has made oneself is at hand.
        switch change {
        case .userAdded(let user, _, _): known.insert(.user(user.id))
        case .roomAdded(let room, _): known.insert(.room(room.id))
        default: break
        }
        base.apply(change)
    }

    mutating func append(_ message: Message, sent new: NewMessage, body: BodyHash, in head: RoomHead) {
        hasChanged = true
        base.append(message, sent: new, body: body, in: head)
    }

    mutating func append(_ kind: EventKind, of message: VersionedMessage?, in head: RoomHead, at: WallTime) -> Int64 {
        hasChanged = true
        return base.append(kind, of: message, in: head, at: at)
    }
}
