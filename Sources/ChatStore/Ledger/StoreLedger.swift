import ChatDomain

/// Where the chat is kept, as `Rules` sees it: facts in, changes out. A ledger refuses nothing, decides nothing, and
/// knows nothing of who may do what. Every fact is as of the changes so far, those of the batch under way included.
///
/// A ledger that remembers facts changes what it remembers in `apply` and the two `append`, and nowhere else: so a new
/// `Change` does not compile until each ledger says what it does to them.
///
/// A rule asks for all the facts it needs before its first change. A ledger whose facts lie elsewhere (`isRemote`)
/// throws `Stop.need` for those that it does not have at hand; they are fetched, and the rule runs again.
protocol StoreLedger {
    /// Whether facts have to be fetched before they can be asked for.
    static var isRemote: Bool { get }

    // MARK: The batch

    /// Opens a transaction.
    mutating func begin(drafts: Int) throws(StoreError)
    /// Gets these, so that they can be asked for.
    mutating func fetch(_ needs: [Need]) throws(StoreError)
    /// Throws `Stop.need` with those of these that are not at hand.
    mutating func require(_ needs: [Need]) throws(Stop)
    /// Makes what was changed durable, and seen by all.
    ///
    /// - Returns: the events of the batch, in their order.
    mutating func commit() throws(StoreError) -> [Event]
    /// Undoes the batch. It may have failed anywhere, in `begin` or `commit` too.
    mutating func rollback()
    /// Nothing that makes the backlog longer may be added.
    var isFull: Bool { get }

    // MARK: Facts about people

    /// The handle of a user who is not deleted.
    mutating func handle(of user: UserID) throws(Stop) -> String?
    /// Of a user who is not deleted; of one who came through a dialect too.
    mutating func account(_ user: UserID) throws(Stop) -> Account?
    /// Caselessly.
    mutating func holder(ofLogin login: String) throws(Stop) -> UserID?
    mutating func holder(ofPhone phone: String) throws(Stop) -> UserID?
    /// The handle of a deleted account stays taken: messages still carry it.
    mutating func isHandleTaken(_ handle: String) throws(Stop) -> Bool
    mutating func sessions(of user: UserID) throws(Stop) -> [SessionRecord]
    mutating func isTokenTaken(_ tokenHash: [UInt8]) throws(Stop) -> Bool
    mutating func hasBlocked(_ other: UserID, by user: UserID) throws(Stop) -> Bool
    /// Also one that can be used no more.
    mutating func invite(_ tokenHash: [UInt8]) throws(Stop) -> InviteRecord?
    mutating func invite(_ id: InviteID) throws(Stop) -> InviteRecord?

    // MARK: Facts about rooms

    /// Nil for none, or a deleted one. The same object for the same room until the batch ends.
    mutating func head(of room: RoomID) throws(Stop) -> RoomHead?
    mutating func room(_ id: RoomID) throws(Stop) -> Room?
    mutating func isRoomHandleTaken(_ handle: String) throws(Stop) -> Bool
    mutating func directRoom(of pair: DirectPair) throws(Stop) -> RoomID?
    /// Those that somebody is a member of, ascending.
    mutating func rooms(of user: UserID) throws(Stop) -> [RoomID]

    /// What the room knows of a member; nil for who is none. Whether the account is deleted does not matter.
    mutating func place(of user: UserID, in room: RoomID) throws(Stop) -> Place?
    /// In the order of joining.
    mutating func members(of room: RoomID) throws(Stop) -> [UserID]
    mutating func memberCount(of room: RoomID) throws(Stop) -> Int
    /// Who takes over from a member: the admin of longest standing, else such a member; readers do not.
    mutating func heir(in room: RoomID, after user: UserID) throws(Stop) -> UserID?
    /// A member's choices; nil for who is no member.
    mutating func settings(of user: UserID, in room: RoomID) throws(Stop) -> RoomSettings?
    /// Members who have hidden the room, by their ids, at most so many. Not asked where `RoomHead.mayBeHidden` says that
    /// there are none.
    mutating func hiders(of room: RoomID, limit: Int) throws(Stop) -> [UserID]
    /// Also one whose time is over.
    mutating func ban(of user: UserID, from room: RoomID) throws(Stop) -> Ban?

    // MARK: Facts about messages

    mutating func receipt(for sender: SenderKey) throws(Stop) -> StoredReceipt?
    /// As it reads now, without reactions; deleted ones too. Of several with one key the first.
    mutating func message(_ reference: MessageReference, in head: RoomHead) throws(Stop) -> VersionedMessage?
    mutating func reactions(to seq: Int64, in room: RoomID) throws(Stop) -> ReactionList
    mutating func isHidden(_ seq: Int64, in room: RoomID, from user: UserID) throws(Stop) -> Bool
    /// Nil for what was never answered in.
    mutating func thread(_ name: ThreadName) throws(Stop) -> StoredThread?
    /// How far somebody who follows the thread has read it; nil for who does not.
    mutating func read(_ thread: ThreadName, by user: UserID) throws(Stop) -> Int64?
    mutating func follows(of user: UserID, in room: RoomID) throws(Stop) -> FollowSum
    /// The newest first.
    mutating func pins(of room: RoomID) throws(Stop) -> [Pin]
    /// How many messages from `seq` on are the user's own and no answers, neither deleted nor hidden by the user.
    mutating func ownCount(of user: UserID, in head: RoomHead, from seq: Int64) throws(Stop) -> Int

    // MARK: Facts about the log

    /// Those who follow it, and where each has come to.
    mutating func followers() throws(Stop) -> [String: LogPosition]

    // MARK: Numbers that were never given out

    mutating func nextUserID() throws(Stop) -> UserID
    mutating func nextRoomID() throws(Stop) -> RoomID
    mutating func nextSessionID() throws(Stop) -> SessionID
    mutating func nextInviteID() throws(Stop) -> InviteID

    // MARK: Views, asked for when all changes of a draft are made

    /// The room as somebody sees it; nil where it is hidden from them.
    mutating func listing(of head: RoomHead, for viewer: UserID) throws(Stop) -> RoomListing?
    mutating func summary(of head: RoomHead) throws(Stop) -> RoomSummary?

    // MARK: Changes

    mutating func apply(_ change: Change) throws(Stop)

    /// Appends a message to the log, as the room's next. Its author has read everything up to it, and whom it mentions
    /// is mentioned. Where it has a `thread` it is an answer in that. The hot way.
    ///
    /// - Parameters:
    ///   - message: its `seq` is the next of `head`, which is advanced afterwards.
    ///   - new: what it was made of.
    ///   - body: that of `new`.
    mutating func append(_ message: Message, sent new: NewMessage, body: BodyHash, in head: RoomHead) throws(Stop)

    /// Appends any other event to the log, as the room's next. What it changes is said by `apply`.
    ///
    /// - Parameters:
    ///   - message: what the event concerns, as it was before.
    ///   - head: is advanced afterwards.
    /// - Returns: the event's log id.
    mutating func append(
        _ kind: EventKind, of message: VersionedMessage?, in head: RoomHead, at: WallTime
    ) throws(Stop) -> Int64
}

/// What a ledger does whose facts are all at hand.
extension StoreLedger {
    static var isRemote: Bool { false }
    mutating func fetch(_ needs: [Need]) throws(StoreError) {}
    mutating func require(_ needs: [Need]) throws(Stop) {}
}

/// What a room knows of a member.
struct Place: Equatable {
    var role: Role
    /// May not send or edit until then.
    var mutedUntil: WallTime?
    /// Where the room stood when they joined.
    var joining = Sight.whole
}
