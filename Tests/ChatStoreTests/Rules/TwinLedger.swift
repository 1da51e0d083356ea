import ChatDomain

@testable import ChatStore

/// Two ledgers as one: every change goes to both, every fact is asked of both, and where they disagree, that is kept.
struct TwinLedger<One: StoreLedger, Other: StoreLedger>: StoreLedger {
    var one: One
    var other: Other
    /// What was asked, and both answers.
    private(set) var disagreements: [String] = []

    init(_ one: One, _ other: Other) {
        self.one = one
        self.other = other
    }

    private mutating func both<Fact: Equatable>(
        _ name: @autoclosure () -> String, _ first: Fact, _ second: Fact
    ) -> Fact {
        if first != second { disagreements.append("\(name()): \(first) and \(second)") }
        return first
    }

    // MARK: The batch

    mutating func begin(drafts: Int) throws(StoreError) {
        try one.begin(drafts: drafts)
        try other.begin(drafts: drafts)
    }

    mutating func commit() throws(StoreError) -> [Event] {
        both("events", try one.commit(), try other.commit())
    }

    mutating func rollback() {
        one.rollback()
        other.rollback()
    }

    var isFull: Bool { one.isFull || other.isFull }

    // MARK: People

    mutating func handle(of user: UserID) throws(Stop) -> String? {
        both("handle of \(user)", try one.handle(of: user), try other.handle(of: user))
    }

    mutating func account(_ user: UserID) throws(Stop) -> Account? {
        both("account \(user)", try one.account(user), try other.account(user))
    }

    mutating func holder(ofLogin login: String) throws(Stop) -> UserID? {
        both("login \(login)", try one.holder(ofLogin: login), try other.holder(ofLogin: login))
    }

    mutating func holder(ofPhone phone: String) throws(Stop) -> UserID? {
        both("phone \(phone)", try one.holder(ofPhone: phone), try other.holder(ofPhone: phone))
    }

    mutating func isHandleTaken(_ handle: String) throws(Stop) -> Bool {
        both("handle \(handle)", try one.isHandleTaken(handle), try other.isHandleTaken(handle))
    }

    mutating func sessions(of user: UserID) throws(Stop) -> [SessionRecord] {
        both("sessions of \(user)", try one.sessions(of: user), try other.sessions(of: user))
    }

    mutating func isTokenTaken(_ tokenHash: [UInt8]) throws(Stop) -> Bool {
        both("token \(tokenHash)", try one.isTokenTaken(tokenHash), try other.isTokenTaken(tokenHash))
    }

    mutating func hasBlocked(_ blocked: UserID, by user: UserID) throws(Stop) -> Bool {
        both(
            "\(user) has blocked \(blocked)", try one.hasBlocked(blocked, by: user),
            try other.hasBlocked(blocked, by: user))
    }

    mutating func invite(_ id: InviteID) throws(Stop) -> InviteRecord? {
        both("invite \(id)", try one.invite(id), try other.invite(id))
    }

    mutating func invite(_ tokenHash: [UInt8]) throws(Stop) -> InviteRecord? {
        both("invite \(tokenHash)", try one.invite(tokenHash), try other.invite(tokenHash))
    }

    // MARK: Rooms

    mutating func head(of room: RoomID) throws(Stop) -> RoomHead? {
        let (first, second) = (try one.head(of: room), try other.head(of: room))
        _ = both("head of \(room)", first.map { HeadFacts($0) }, second.map { HeadFacts($0) })
        return first
    }

    mutating func room(_ id: RoomID) throws(Stop) -> Room? {
        both("room \(id)", try one.room(id), try other.room(id))
    }

    mutating func isRoomHandleTaken(_ handle: String) throws(Stop) -> Bool {
        both("room handle \(handle)", try one.isRoomHandleTaken(handle), try other.isRoomHandleTaken(handle))
    }

    mutating func directRoom(of pair: DirectPair) throws(Stop) -> RoomID? {
        both("direct \(pair)", try one.directRoom(of: pair), try other.directRoom(of: pair))
    }

    mutating func rooms(of user: UserID) throws(Stop) -> [RoomID] {
        both("rooms of \(user)", try one.rooms(of: user), try other.rooms(of: user))
    }

    mutating func place(of user: UserID, in room: RoomID) throws(Stop) -> Place? {
        both("place of \(user) in \(room)", try one.place(of: user, in: room), try other.place(of: user, in: room))
    }

    mutating func members(of room: RoomID) throws(Stop) -> [UserID] {
        both("members of \(room)", try one.members(of: room), try other.members(of: room))
    }

    mutating func memberCount(of room: RoomID) throws(Stop) -> Int {
        both("count of \(room)", try one.memberCount(of: room), try other.memberCount(of: room))
    }

    mutating func heir(in room: RoomID, after user: UserID) throws(Stop) -> UserID? {
        both(
            "heir in \(room) after \(user)", try one.heir(in: room, after: user), try other.heir(in: room, after: user))
    }

    mutating func ban(of user: UserID, from room: RoomID) throws(Stop) -> Ban? {
        both("ban of \(user) from \(room)", try one.ban(of: user, from: room), try other.ban(of: user, from: room))
    }

    mutating func settings(of user: UserID, in room: RoomID) throws(Stop) -> RoomSettings? {
        both(
            "settings of \(user) in \(room)", try one.settings(of: user, in: room),
            try other.settings(of: user, in: room))
    }

    mutating func hiders(of room: RoomID, limit: Int) throws(Stop) -> [UserID] {
        both("hiders of \(room)", try one.hiders(of: room, limit: limit), try other.hiders(of: room, limit: limit))
    }

    // MARK: Messages

    mutating func receipt(for sender: SenderKey) throws(Stop) -> StoredReceipt? {
        both("receipt \(sender)", try one.receipt(for: sender), try other.receipt(for: sender))
    }

    mutating func message(_ reference: MessageReference, in head: RoomHead) throws(Stop) -> VersionedMessage? {
        guard let second = try other.head(of: head.id) else { return nil }
        return both(
            "\(reference) in \(head.id)", try one.message(reference, in: head),
            try other.message(reference, in: second))
    }

    mutating func reactions(to seq: Int64, in room: RoomID) throws(Stop) -> ReactionList {
        both(
            "reactions to \(seq) in \(room)", try one.reactions(to: seq, in: room),
            try other.reactions(to: seq, in: room))
    }

    mutating func isHidden(_ seq: Int64, in room: RoomID, from user: UserID) throws(Stop) -> Bool {
        both(
            "\(seq) in \(room) is hidden from \(user)", try one.isHidden(seq, in: room, from: user),
            try other.isHidden(seq, in: room, from: user))
    }

    mutating func thread(_ name: ThreadName) throws(Stop) -> StoredThread? {
        both("\(name)", try one.thread(name), try other.thread(name))
    }

    mutating func read(_ thread: ThreadName, by user: UserID) throws(Stop) -> Int64? {
        both("\(thread) read by \(user)", try one.read(thread, by: user), try other.read(thread, by: user))
    }

    mutating func follows(of user: UserID, in room: RoomID) throws(Stop) -> FollowSum {
        both(
            "follows of \(user) in \(room)", try one.follows(of: user, in: room), try other.follows(of: user, in: room))
    }

    mutating func pins(of room: RoomID) throws(Stop) -> [Pin] {
        both("pins of \(room)", try one.pins(of: room), try other.pins(of: room))
    }

    mutating func ownCount(of user: UserID, in head: RoomHead, from seq: Int64) throws(Stop) -> Int {
        guard let second = try other.head(of: head.id) else { return 0 }
        return both(
            "own of \(user) in \(head.id) from \(seq)", try one.ownCount(of: user, in: head, from: seq),
            try other.ownCount(of: user, in: second, from: seq))
    }

    // MARK: The log

    mutating func followers() throws(Stop) -> [String: LogPosition] {
        both("followers", try one.followers(), try other.followers())
    }

    // MARK: Numbers and views

    mutating func nextUserID() throws(Stop) -> UserID {
        both("next user", try one.nextUserID(), try other.nextUserID())
    }

    mutating func nextRoomID() throws(Stop) -> RoomID {
        both("next room", try one.nextRoomID(), try other.nextRoomID())
    }

    mutating func nextSessionID() throws(Stop) -> SessionID {
        both("next session", try one.nextSessionID(), try other.nextSessionID())
    }

    mutating func nextInviteID() throws(Stop) -> InviteID {
        both("next invite", try one.nextInviteID(), try other.nextInviteID())
    }

    mutating func listing(of head: RoomHead, for viewer: UserID) throws(Stop) -> RoomListing? {
        guard let second = try other.head(of: head.id) else { return nil }
        return both(
            "listing of \(head.id) for \(viewer)", try one.listing(of: head, for: viewer),
            try other.listing(of: second, for: viewer))
    }

    mutating func summary(of head: RoomHead) throws(Stop) -> RoomSummary? {
        guard let second = try other.head(of: head.id) else { return nil }
        return both("summary of \(head.id)", try one.summary(of: head), try other.summary(of: second))
    }

    // MARK: Changes

    mutating func apply(_ change: Change) throws(Stop) {
        try one.apply(change)
        try other.apply(change)
    }

    /// The rules advance the head that they were given: that of `one`.
    mutating func append(
        _ message: Message, sent new: NewMessage, body: BodyHash, in head: RoomHead
    ) throws(Stop) {
        try one.append(message, sent: new, body: body, in: head)
        guard let second = try other.head(of: head.id) else { return }
        try other.append(message, sent: new, body: body, in: second)
        second.advanceMessage(at: message.sentAt)
    }

    mutating func append(
        _ kind: EventKind, of message: VersionedMessage?, in head: RoomHead, at: WallTime
    ) throws(Stop) -> Int64 {
        let logID = try one.append(kind, of: message, in: head, at: at)
        guard let second = try other.head(of: head.id) else { return logID }
        let secondID = try other.append(kind, of: message, in: second, at: at)
        second.advance(at: at)
        return both("log id", logID, secondID)
    }

    // MARK: All of it

    /// Asks for every fact there is about the first users and rooms.
    mutating func compareAll(_ domain: FactDomain) throws(Stop) {
        for user in domain.users { try compareAll(of: user, domain) }
        for room in domain.rooms { try compareAll(of: room, domain) }
        for number in 0...60 {
            for prefix in ["u", "a"] { _ = try isHandleTaken("\(prefix)\(number)") }
            for prefix in ["r", "n"] { _ = try isRoomHandleTaken("\(prefix)\(number)") }
            _ = try holder(ofPhone: "\(number)")
            _ = try holder(ofLogin: "lOg-\(number)")
            let token = [UInt8](repeating: UInt8(number), count: 32)
            _ = try isTokenTaken(token)
            _ = try invite(token)
        }
        for key in domain.keys { _ = try receipt(for: key) }
        for number in 0...30 { _ = try invite(InviteID(Int64(number))) }
        _ = try followers()
        _ = (try nextUserID(), try nextRoomID(), try nextSessionID(), try nextInviteID())
    }

    private mutating func compareAll(of user: UserID, _ domain: FactDomain) throws(Stop) {
        _ = try handle(of: user)
        _ = try account(user)
        _ = try sessions(of: user)
        _ = try rooms(of: user)
        for other in domain.users.prefix(12) {
            _ = try hasBlocked(other, by: user)
            _ = try directRoom(of: DirectPair(user, other))
        }
    }

    private mutating func compareAll(of id: RoomID, _ domain: FactDomain) throws(Stop) {
        _ = try room(id)
        _ = try pins(of: id)
        let members = try members(of: id)
        _ = try memberCount(of: id)
        for user in domain.users {
            _ = try place(of: user, in: id)
            _ = try ban(of: user, from: id)
            _ = try follows(of: user, in: id)
            _ = try settings(of: user, in: id)
        }
        let hiders = try hiders(of: id, limit: 9)
        for user in members { _ = try heir(in: id, after: user) }
        guard let head = try head(of: id) else { return }
        // It may say so for nothing, but not the other way.
        if !hiders.isEmpty, !head.mayBeHidden {
            disagreements.append("\(id) is hidden, and its head knows nothing of it")
        }
        if !hiders.isEmpty, try other.head(of: id)?.mayBeHidden == false {
            disagreements.append("\(id) is hidden, and its other head knows nothing of it")
        }
        _ = try summary(of: head)
        for user in domain.users.prefix(12) { _ = try listing(of: head, for: user) }
        for seq in max(head.seq - 15, 0)...head.seq + 1 {
            _ = try reactions(to: seq, in: id)
            _ = try thread(ThreadName(room: id, root: seq))
            for user in members.prefix(3) {
                _ = try read(ThreadName(room: id, root: seq), by: user)
                _ = try ownCount(of: user, in: head, from: seq)
            }
            guard let known = try message(.seq(seq), in: head) else { continue }
            _ = try message(.key(known.message.key), in: head)
            for user in members.prefix(3) { _ = try isHidden(seq, in: id, from: user) }
        }
    }
}

/// What facts are asked about.
struct FactDomain {
    var users = (0...40).map { UserID($0) }
    var rooms = (0...40).map { RoomID($0) }
    var keys: [SenderKey] = []

    init(_ drafts: RandomDrafts) {
        keys = drafts.sent.suffix(60).map { SenderKey(author: $0.author, key: $0.key) }
    }
}

/// What there is to compare of a head.
private struct HeadFacts: Equatable {
    var id: RoomID
    var handle: String
    var pair: DirectPair?
    var rules: RoomRules
    var seq: Int64
    var offset: Int64
    var lastAt: WallTime?

    init(_ head: RoomHead) {
        id = head.id
        handle = head.handle
        pair = head.pair
        rules = head.rules
        seq = head.seq
        offset = head.offset
        lastAt = head.lastAt
    }
}
