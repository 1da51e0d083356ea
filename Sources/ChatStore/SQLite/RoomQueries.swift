import ChatDomain

/// Looks up members, markers and what hangs on messages, on one connection.
final class RoomQueries {
    /// A row of `members`.
    struct MemberRow {
        var member: Member
        /// The log id of the event that says so.
        var joined: Int64
        /// How far the member alone counts it read.
        var privateRead: Int64
        /// What the member has marked as unread, and how much of it is their own.
        var unreadFrom: Int64?
        var unreadAt: Int64
        var unreadOwn: Int64

        /// Nil where nothing was chosen.
        var notify: RoomSettings.Notify?
        var isFavorite: Bool
        var isHidden: Bool

        func settings(in kind: RoomKind) -> RoomSettings {
            RoomSettings(notify: notify ?? .usual(in: kind), isFavorite: isFavorite, isHidden: isHidden)
        }

        /// Counts messages of the member's own that the row does not know of yet.
        mutating func advance(to own: Int64) {
            member.read = max(member.read, own)
            member.received = max(member.received, member.read)
            member.unreadFrom = max(member.read, privateRead) <= unreadAt ? unreadFrom : nil
        }
    }

    /// How many entries of the index of words a search looks at.
    private static let matchesMax = 1_000
    private static let memberColumns = """
        user, role, muted_until, read, received, private_read, joined, unread_from, unread_at, unread_own, joining_seq,
        joining_offset, notify, is_favorite, is_hidden
        """

    private let database: Database
    private let state: StateQueries
    private let threads: ThreadQueries

    init(_ database: Database, state: StateQueries, threads: ThreadQueries) {
        self.database = database
        self.state = state
        self.threads = threads
    }

    // MARK: Members

    func member(_ user: UserID, of room: RoomID) throws(StoreError) -> MemberRow? {
        let statement = try database.statement("SELECT \(Self.memberColumns) FROM members WHERE room = ? AND user = ?")
        statement.bind(room.rawValue, at: 1)
        statement.bind(user.rawValue, at: 2)
        defer { statement.reset() }
        return try statement.step() ? try Self.member(from: statement) : nil
    }

    /// In the order of joining, from behind that log id on.
    func members(of room: RoomID, after joined: Int64, limit: Int) throws(StoreError) -> [MemberRow] {
        let statement = try database.statement(
            "SELECT \(Self.memberColumns) FROM members WHERE room = ? AND joined > ? ORDER BY joined LIMIT ?")
        statement.bind(room.rawValue, at: 1)
        statement.bind(joined, at: 2)
        statement.bind(Int64(limit), at: 3)
        defer { statement.reset() }
        var members: [MemberRow] = []
        while try statement.step() { members.append(try Self.member(from: statement)) }
        return members
    }

    /// In the order of joining.
    func memberIDs(of room: RoomID) throws(StoreError) -> [UserID] {
        let statement = try database.statement("SELECT user FROM members WHERE room = ? ORDER BY joined")
        statement.bind(room.rawValue, at: 1)
        defer { statement.reset() }
        var users: [UserID] = []
        while try statement.step() { users.append(UserID(statement.integer(0))) }
        return users
    }

    /// Who takes over from somebody: the admin of longest standing, else such a member.
    func heir(in room: RoomID, after user: UserID) throws(StoreError) -> UserID? {
        let statement = try database.statement(
            "SELECT user FROM members WHERE room = ? AND user <> ? AND role IN (2, 3) ORDER BY role, joined LIMIT 1")
        statement.bind(room.rawValue, at: 1)
        statement.bind(user.rawValue, at: 2)
        defer { statement.reset() }
        return try statement.step() ? UserID(statement.integer(0)) : nil
    }

    private static func member(from row: Statement) throws(StoreError) -> MemberRow {
        let member = Member(
            user: UserID(row.integer(0)), role: try role(row.integer(1)),
            mutedUntil: row.optionalInteger(2).map { WallTime(milliseconds: $0) }, read: row.integer(3),
            received: row.integer(4), joining: Sight(seq: row.integer(10), offset: row.integer(11)))
        return MemberRow(
            member: member, joined: row.integer(6), privateRead: row.integer(5), unreadFrom: row.optionalInteger(7),
            unreadAt: row.integer(8), unreadOwn: row.integer(9), notify: try notify(row.integer(12)),
            isFavorite: row.integer(13) != 0, isHidden: row.integer(14) != 0)
    }

    static func notify(_ number: Int64) throws(StoreError) -> RoomSettings.Notify? {
        guard number != 0 else { return nil }
        guard let notify = UInt8(exactly: number).flatMap(RoomSettings.Notify.init) else {
            throw .corrupt("what a member wants to be told of is unknown")
        }
        return notify
    }

    static func role(_ number: Int64) throws(StoreError) -> Role {
        guard let role = UInt8(exactly: number).flatMap(Role.init) else { throw .corrupt("a member's role is unknown") }
        return role
    }

    func memberCount(of room: RoomID) throws(StoreError) -> Int {
        let statement = try database.statement("SELECT member_count FROM rooms WHERE id = ?")
        statement.bind(room.rawValue, at: 1)
        defer { statement.reset() }
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    /// The rooms of somebody, by their ids.
    func rooms(of user: UserID) throws(StoreError) -> [RoomID] {
        let statement = try database.statement("SELECT room FROM members WHERE user = ? ORDER BY room")
        statement.bind(user.rawValue, at: 1)
        return try roomIDs(statement)
    }

    /// Those that somebody has hidden, or has not.
    func rooms(of user: UserID, hidden isHidden: Bool) throws(StoreError) -> [RoomID] {
        let statement = try database.statement("SELECT room FROM members WHERE user = ? AND is_hidden = ?")
        statement.bind(user.rawValue, at: 1)
        statement.bind(isHidden ? 1 : 0, at: 2)
        return try roomIDs(statement)
    }

    /// When somebody joined their rooms, of those that were made last.
    func joinings(of user: UserID, limit: Int) throws(StoreError) -> [RoomJoining] {
        let statement = try database.statement(
            "SELECT room, joined FROM members WHERE user = ? ORDER BY room DESC LIMIT ?")
        statement.bind(user.rawValue, at: 1)
        statement.bind(Int64(max(limit, 0)), at: 2)
        defer { statement.reset() }
        var joinings: [RoomJoining] = []
        while try statement.step() {
            joinings.append(RoomJoining(room: RoomID(statement.integer(0)), logID: statement.integer(1)))
        }
        return joinings
    }

    /// Members who have hidden the room, by their ids.
    func hiders(of room: RoomID, limit: Int) throws(StoreError) -> [UserID] {
        let statement = try database.statement(
            "SELECT user FROM members WHERE room = ? AND is_hidden = 1 ORDER BY user LIMIT ?")
        statement.bind(room.rawValue, at: 1)
        statement.bind(Int64(max(limit, 0)), at: 2)
        defer { statement.reset() }
        var users: [UserID] = []
        while try statement.step() { users.append(UserID(statement.integer(0))) }
        return users
    }

    /// From where on somebody sees a room; nil for who is no member.
    func sight(of user: UserID, in room: RoomID) throws(StoreError) -> Sight? {
        let statement = try database.statement(
            """
            SELECT CASE r.history WHEN 0 THEN 0 ELSE m.joining_seq END,
                CASE r.history WHEN 0 THEN 0 ELSE m.joining_offset END
            FROM members m CROSS JOIN rooms r ON r.id = m.room WHERE m.room = ? AND m.user = ?
            """)
        statement.bind(room.rawValue, at: 1)
        statement.bind(user.rawValue, at: 2)
        defer { statement.reset() }
        return try statement.step() ? Sight(seq: statement.integer(0), offset: statement.integer(1)) : nil
    }

    private func roomIDs(_ statement: Statement) throws(StoreError) -> [RoomID] {
        defer { statement.reset() }
        var rooms: [RoomID] = []
        while try statement.step() { rooms.append(RoomID(statement.integer(0))) }
        return rooms
    }

    func contacts(of user: UserID, among others: [UserID]) throws(StoreError) -> [UserID] {
        let statement = try database.statement(
            """
            SELECT 1 FROM members a JOIN members b ON b.room = a.room AND b.user = ?2 WHERE a.user = ?1 LIMIT 1
            """)
        var contacts: [UserID] = []
        for other in others {
            statement.bind(user.rawValue, at: 1)
            statement.bind(other.rawValue, at: 2)
            defer { statement.reset() }
            if try statement.step() { contacts.append(other) }
        }
        return contacts
    }

    /// Also one whose time is over.
    func ban(of user: UserID, from room: RoomID) throws(StoreError) -> Ban? {
        let statement = try database.statement(
            "SELECT user, made_by, reason, until, at FROM bans WHERE room = ? AND user = ?")
        statement.bind(room.rawValue, at: 1)
        statement.bind(user.rawValue, at: 2)
        defer { statement.reset() }
        return try statement.step() ? Self.ban(from: statement) : nil
    }

    /// By their ids, from behind that user on.
    func bans(from room: RoomID, at now: WallTime, after user: Int64, limit: Int) throws(StoreError) -> [Ban] {
        let statement = try database.statement(
            """
            SELECT user, made_by, reason, until, at FROM bans WHERE room = ? AND until > ? AND user > ?
            ORDER BY user LIMIT ?
            """)
        statement.bind(room.rawValue, at: 1)
        statement.bind(now.milliseconds, at: 2)
        statement.bind(user, at: 3)
        statement.bind(Int64(limit), at: 4)
        defer { statement.reset() }
        var bans: [Ban] = []
        while try statement.step() { bans.append(Self.ban(from: statement)) }
        return bans
    }

    private static func ban(from row: Statement) -> Ban {
        Ban(
            user: UserID(row.integer(0)), by: UserID(row.integer(1)), reason: row.optionalText(2),
            until: WallTime(milliseconds: row.integer(3)), at: WallTime(milliseconds: row.integer(4)))
    }

    // MARK: Rooms

    func directRoom(of pair: DirectPair) throws(StoreError) -> RoomID? {
        let statement = try database.statement("SELECT room FROM directs WHERE low = ? AND high = ?")
        statement.bind(pair.lower.rawValue, at: 1)
        statement.bind(pair.higher.rawValue, at: 2)
        defer { statement.reset() }
        return try statement.step() ? RoomID(statement.integer(0)) : nil
    }

    /// The other one of a direct room, also if the account is gone; nil for the room of one's own notes.
    func peer(of viewer: UserID, in room: RoomID) throws(StoreError) -> UserID? {
        if let pair = try pair(of: room) { return pair.isOneself ? nil : pair.other(than: viewer) }
        // Made through a dialect.
        let statement = try database.statement(
            "SELECT user FROM members WHERE room = ? AND user <> ? ORDER BY joined LIMIT 1")
        statement.bind(room.rawValue, at: 1)
        statement.bind(viewer.rawValue, at: 2)
        defer { statement.reset() }
        return try statement.step() ? UserID(statement.integer(0)) : nil
    }

    /// The two whom a direct room of the native protocol was made for.
    func pair(of room: RoomID) throws(StoreError) -> DirectPair? {
        let statement = try database.statement("SELECT low, high FROM directs WHERE room = ?")
        statement.bind(room.rawValue, at: 1)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return DirectPair(UserID(statement.integer(0)), UserID(statement.integer(1)))
    }

    /// By name, from behind that one on.
    func publicRooms(
        matching text: String, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> [(id: RoomID, name: String)] {
        let wanted = NameWords.folded(text)
        let isSearch = !wanted.isEmpty
        let statement = try database.statement(
            """
            SELECT id, name_key FROM rooms WHERE name_key IS NOT NULL AND is_archived = 0 AND is_open = 0
                AND (name_key, id) > (?1, ?2)
            \(isSearch
                ? "AND id IN (SELECT room FROM room_words WHERE word >= ?4 AND word < ?5 LIMIT \(Self.matchesMax))" : "")
            ORDER BY name_key, id LIMIT ?3
            """)
        statement.bind(cursor?.name ?? "", at: 1)
        statement.bind(cursor?.number ?? 0, at: 2)
        statement.bind(Int64(limit), at: 3)
        if isSearch {
            statement.bind(wanted, at: 4)
            statement.bind(NameWords.end(of: wanted), at: 5)
        }
        defer { statement.reset() }
        var found: [(id: RoomID, name: String)] = []
        while try statement.step() { found.append((RoomID(statement.integer(0)), statement.text(1))) }
        return found
    }

    /// The room as `viewer` may see it; nil where it is hidden from them.
    ///
    /// - Parameters:
    ///   - own: the viewer's own newest message that may not be in `members.read` yet.
    ///   - lastMessage: asked for who may read.
    func listing(
        of room: Room, at position: RoomPosition, for viewer: UserID, own: Int64,
        lastMessage: () throws(StoreError) -> Message?
    ) throws(StoreError) -> RoomListing? {
        var row = try member(viewer, of: room.id)
        guard row != nil || (room.visibility == .public && room.kind != .direct) else { return nil }
        row?.advance(to: own)
        var unread = UnreadCount(unread: 0, mentions: 0, read: 0, seq: position.seq)
        let sight = row.map { room.history.sight(from: $0.member.joining) }
        if let row, let sight { unread = try self.unread(of: row, seeing: sight, in: room.id, upTo: position.seq) }
        var peer: User?
        if room.kind == .direct, let other = try self.peer(of: viewer, in: room.id) {
            peer = try state.user(other)
        }
        var last = row == nil ? nil : try lastMessage()
        if let message = last, sight?.shows(message.seq) == false { last = nil }
        if let message = last {
            last?.reactions = try reactions(to: message)
            last?.threadInfo = try threads.thread(ThreadName(room: room.id, root: message.seq))?.info
        }
        return RoomListing(
            room: room, role: row?.member.role, settings: row?.settings(in: room.kind), seq: position.seq,
            offset: position.offset, memberCount: try memberCount(of: room.id), lastMessage: last, unread: unread,
            peer: peer, activeAt: position.at)
    }

    // MARK: Counting

    /// What the member has not read of the messages up to `seq`, by arithmetic: one's own are never above `read`, but
    /// where something was marked as unread, and these were counted then. Answers count for who follows their thread.
    /// A mark from before what the member may see counts for nothing.
    ///
    /// - Parameter row: after `advance`.
    func unread(
        of row: MemberRow, seeing sight: Sight, in room: RoomID, upTo seq: Int64
    ) throws(StoreError) -> UnreadCount {
        let marked = row.member.unreadFrom.flatMap { sight.shows($0) ? $0 : nil }
        let read = marked.map { $0 - 1 } ?? max(row.member.read, row.privateRead, sight.seq)
        var count = UnreadCount(unread: 0, mentions: 0, read: read, seq: seq)
        guard read < seq else { return count }
        let user = row.member.user
        let deleted = try integer(
            "SELECT count(*) FROM deletions WHERE room = ? AND seq > ? AND seq <= ?", room.rawValue, read, seq)
        let hidden = try integer(
            """
            SELECT count(*) FROM hidden h WHERE user = ?1 AND room = ?2 AND seq > ?3 AND seq <= ?4
                AND NOT EXISTS (SELECT 1 FROM deletions d WHERE d.room = h.room AND d.seq = h.seq)
                AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.room = h.room AND a.seq = h.seq)
            """, user.rawValue, room.rawValue, read, seq)
        let own = marked == nil ? 0 : row.unreadOwn
        let answers = try threads.answerCount(in: room, upTo: seq)
        let live = answers == 0 ? 0 : try liveAnswers(in: room, above: read, upTo: seq, of: answers)
        count.unread = Int(max(seq - read - deleted - hidden - own - live, 0))
        count.mentions = Int(try mentions(of: user, in: room, above: read, upTo: seq))
        if answers == 0 { return count }
        for thread in try threads.unreadThreads(of: user, in: room, above: read) {
            let name = ThreadName(room: room, root: thread.root)
            count.unread += Int(try threads.unread(name, of: user, above: thread.above))
        }
        return count
    }

    /// The answers in whatever thread that are not deleted.
    private func liveAnswers(
        in room: RoomID, above read: Int64, upTo seq: Int64, of total: Int64
    ) throws(StoreError) -> Int64 {
        try total - threads.answerCount(in: room, upTo: read)
            - threads.deletedAnswers(in: room, above: read, upTo: seq)
    }

    /// Those among the unread messages that mention the user.
    private func mentions(
        of user: UserID, in room: RoomID, above read: Int64, upTo seq: Int64
    ) throws(StoreError) -> Int64 {
        try integer(
            """
            SELECT count(*) FROM mentions m LEFT JOIN answers a ON a.room = m.room AND a.seq = m.seq
            WHERE m.user = ?1 AND m.room = ?2 AND m.seq > ?3 AND m.seq <= ?4 AND NOT EXISTS (
                SELECT 1 FROM hidden h WHERE h.user = m.user AND h.room = m.room AND h.seq = m.seq)
            AND (a.root IS NULL OR EXISTS (
                SELECT 1 FROM follows f
                WHERE f.user = m.user AND f.room = m.room AND f.root = a.root AND f.read < m.seq))
            """, user.rawValue, room.rawValue, read, seq)
    }

    private func integer(_ sql: String, _ values: Int64...) throws(StoreError) -> Int64 {
        let statement = try database.statement(sql)
        for (index, value) in values.enumerated() { statement.bind(value, at: Int32(index + 1)) }
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }

    // MARK: What hangs on messages

    func isHidden(_ seq: Int64, in room: RoomID, from user: UserID) throws(StoreError) -> Bool {
        try integer("SELECT 1 FROM hidden WHERE user = ? AND room = ? AND seq = ?", user.rawValue, room.rawValue, seq)
            == 1
    }

    /// Which messages of `range` somebody has hidden from themselves.
    func hidden(from user: UserID, in room: RoomID, _ range: ClosedRange<Int64>) throws(StoreError) -> Set<Int64> {
        let statement = try database.statement(
            "SELECT seq FROM hidden WHERE user = ? AND room = ? AND seq BETWEEN ? AND ?")
        statement.bind(user.rawValue, at: 1)
        statement.bind(room.rawValue, at: 2)
        statement.bind(range.lowerBound, at: 3)
        statement.bind(range.upperBound, at: 4)
        defer { statement.reset() }
        var seqs: Set<Int64> = []
        while try statement.step() { seqs.insert(statement.integer(0)) }
        return seqs
    }

    func reactions(to message: Message) throws(StoreError) -> [Reaction] {
        try reactions(in: message.room, message.seq...message.seq)[message.seq] ?? []
    }

    /// The reactions to the messages of `range`, by their numbers.
    func reactions(in room: RoomID, _ range: ClosedRange<Int64>) throws(StoreError) -> [Int64: [Reaction]] {
        let statement = try database.statement(
            """
            SELECT seq, key, user FROM reactions WHERE room = ? AND seq BETWEEN ? AND ? ORDER BY seq, first, log_id
            """)
        statement.bind(room.rawValue, at: 1)
        statement.bind(range.lowerBound, at: 2)
        statement.bind(range.upperBound, at: 3)
        defer { statement.reset() }
        var reactions: [Int64: [Reaction]] = [:]
        while try statement.step() {
            let key = statement.text(1)
            let user = UserID(statement.integer(2))
            var known = reactions.removeValue(forKey: statement.integer(0)) ?? []
            if let last = known.indices.last, ExactText(known[last].key) == ExactText(key) {
                known[last].users.append(user)
            } else {
                known.append(Reaction(key: key, users: [user]))
            }
            reactions[statement.integer(0)] = known
        }
        return reactions
    }
}
