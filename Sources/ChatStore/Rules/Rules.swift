import ChatDomain

/// The rules of the chat: what a draft needs, whom it is refused to and in which order, what it changes, and which
/// events and notices it makes. They are written here and nowhere else; where the facts are kept is the ledger's matter.
///
/// Each rule first asks for facts and refuses, then changes. So it can run again from its beginning where the ledger did
/// not have a fact at hand, and a draft that is refused has changed nothing. After its first change a rule asks only for
/// facts that it has asked for before, and for the ledger's views.
///
/// The drafts themselves are in the extensions, by subject.
struct Rules<Ledger: StoreLedger> {
    var ledger: Ledger
    /// Makes the epochs of rooms and of users' own streams.
    private var random: any RandomNumberGenerator & Sendable

    // Of the batch under way.
    private(set) var now = WallTime(milliseconds: 0)
    private var notices: [Notice] = []

    init(_ ledger: Ledger, random: some RandomNumberGenerator & Sendable) {
        self.ledger = ledger
        self.random = random
    }

    /// Applies the drafts in order, as one transaction; see `ChatStore.append`.
    mutating func append(_ drafts: [Draft], at now: WallTime) throws(StoreError) -> Commit {
        guard !drafts.isEmpty else { return Commit(outcomes: [], events: []) }
        self.now = now
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(drafts.count)
        defer { notices = [] }
        do throws(StoreError) {
            try ledger.begin(drafts: drafts.count)
            if Ledger.isRemote { try ledger.fetch(drafts.flatMap(\.needs)) }
            for draft in drafts { outcomes.append(try outcome(of: draft)) }
            try keepNotices()
            return Commit(outcomes: outcomes, events: try ledger.commit(), notices: notices)
        } catch {
            ledger.rollback()
            throw error
        }
    }

    /// For those who follow the log.
    private mutating func keepNotices() throws(StoreError) {
        do throws(Stop) {
            for notice in notices { try ledger.apply(.noticed(notice)) }
        } catch {
            guard case .failed(let failure) = error else { throw .failed("a notice could not be kept") }
            throw failure
        }
    }

    private mutating func outcome(of draft: Draft) throws(StoreError) -> Outcome {
        for _ in 0...StoreLimits.fetchesMax {
            do throws(Stop) {
                return try apply(draft)
            } catch {
                switch error {
                case .refused(let refusal): return .refused(refusal)
                case .failed(let failure): throw failure
                case .need(let needs): try ledger.fetch(needs)
                }
            }
        }
        throw .failed("the facts that a draft asks for cannot be fetched")
    }

    private mutating func apply(_ draft: Draft) throws(Stop) -> Outcome {
        switch draft {
        case .createUser(let new): try createUser(new)
        case .renameUser(let id, let username): try renameUser(id, to: username)
        case .deleteUser(let id): try deleteUser(id)
        case .createRoom(let new): try createRoom(new)
        case .updateRoom(let id, let name, let members, let by):
            try updateRoom(id, name: name, members: members, by: by)
        case .deleteRoom(let id, let by): try deleteRoom(id, by: by)
        case .send(let new): try send(new)
        case .edit(let room, let reference, let text, let by): try edit(reference, in: room, text: text, by: by)
        case .delete(let room, let reference, let by): try delete(reference, in: room, by: by)
        case .account(let draft): try apply(draft)
        case .room(let draft): try apply(draft)
        case .post(let draft): try apply(draft)
        case .mark(let updates): try mark(updates)
        case .keepFollower(let name, let position): try keepFollower(name, at: position)
        }
    }

    // MARK: What rules have in common

    mutating func makeEpoch() -> UInt64 { random.next() }

    mutating func notice(_ notice: Notice) { notices.append(notice) }

    /// Where facts lie elsewhere: fetches these at once rather than one by one.
    mutating func require(_ needs: @autoclosure () -> [Need]) throws(Stop) {
        if Ledger.isRemote { try ledger.require(needs()) }
    }

    /// Appends an event that is no new message to the log of a room.
    ///
    /// - Parameter message: what it concerns, as it was before.
    /// - Returns: its log id.
    @discardableResult
    mutating func record(
        _ kind: EventKind, of message: VersionedMessage? = nil, in head: RoomHead
    ) throws(Stop) -> Int64 {
        let at = head.time(at: now)
        let logID = try ledger.append(kind, of: message, in: head, at: at)
        head.advance(at: at)
        return logID
    }

    /// Appends to the user's own stream, and tells of it; nothing for a deleted user.
    mutating func tell(_ user: UserID, _ kind: UserEventKind) throws(Stop) {
        guard let account = try ledger.account(user) else { return }
        let event = UserEvent(user: user, epoch: account.epoch, offset: account.offset + 1, at: now, kind: kind)
        try ledger.apply(.told(event))
        notice(.user(event))
    }

    /// Refuses who is deleted, or never was.
    mutating func existing(_ user: UserID) throws(Stop) {
        if try ledger.handle(of: user) == nil { throw .refused(.unknownUser) }
    }

    /// Of a user who is not deleted.
    mutating func account(_ user: UserID) throws(Stop) -> Account {
        guard let account = try ledger.account(user) else { throw .refused(.unknownUser) }
        return account
    }

    // MARK: Who may

    /// The room, if there is one.
    mutating func head(of id: RoomID, orElse refusal: Refusal = .notFound) throws(Stop) -> RoomHead {
        guard let head = try ledger.head(of: id) else { throw .refused(refusal) }
        return head
    }

    /// The room, if `user` may do this in it.
    mutating func head(
        of id: RoomID, for action: RoomAction, by user: UserID, target: Role? = nil
    ) throws(Stop) -> RoomHead {
        let head = try head(of: id)
        try check(action, by: user, in: head, target: target)
        return head
    }

    /// Refuses what `user` may not do.
    mutating func check(
        _ action: RoomAction, by user: UserID, in head: RoomHead, target: Role? = nil, newRole: Role? = nil
    ) throws(Stop) {
        let isKnown = try ledger.handle(of: user) != nil
        try check(action, by: user, isKnown: isKnown, in: head, target: target, newRole: newRole)
    }

    /// The same, where it is known already whether the user is one who is not deleted.
    mutating func check(
        _ action: RoomAction, by user: UserID, isKnown: Bool, in head: RoomHead, target: Role? = nil,
        newRole: Role? = nil
    ) throws(Stop) {
        let standing = try standing(of: user, isKnown: isKnown, in: head, for: action)
        switch Permissions.check(action, by: standing, in: head.rules, target: target, newRole: newRole) {
        case .allowed: return
        case .forbidden: throw .refused(.forbidden)
        case .notFound: throw .refused(.notFound)
        }
    }

    /// What the room knows of somebody. A deleted user may still be among the members that a dialect shows, and is none.
    private mutating func standing(
        of user: UserID, isKnown: Bool, in head: RoomHead, for action: RoomAction
    ) throws(Stop) -> Standing {
        if isKnown, let place = try ledger.place(of: user, in: head.id) {
            return Standing(role: place.role, isMuted: place.mutedUntil.map { now < $0 } ?? false)
        }
        return Standing(role: nil, isBanned: action == .join ? try isBanned(user, from: head.id) : false)
    }

    /// From where on somebody sees the room: asked for of members.
    mutating func sight(of user: UserID, in head: RoomHead) throws(Stop) -> Sight {
        guard head.rules.history == .joined, let place = try ledger.place(of: user, in: head.id) else { return .whole }
        return head.rules.history.sight(from: place.joining)
    }

    mutating func isBanned(_ user: UserID, from room: RoomID) throws(Stop) -> Bool {
        guard let ban = try ledger.ban(of: user, from: room) else { return false }
        return now < ban.until
    }
}
