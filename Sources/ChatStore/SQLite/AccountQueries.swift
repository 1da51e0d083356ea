import ChatDomain

/// Looks up accounts, sessions and what belongs to a user alone, on one connection.
final class AccountQueries {
    /// Those of `StateQueries.userColumns`, and what only the server may know.
    private static let columns = """
        \(StateQueries.userColumns), credential, availability, status_text, hides, last_seen, epoch, me_offset
        """
    private static let sessionColumns = "id, user, device_id, created_at, last_seen_at, expires_at"
    private static let inviteColumns = "id, room, made_by, created_at, expires_at, uses, uses_left"
    /// How many entries of the index of words a search looks at.
    private static let matchesMax = 1_000

    private let database: Database

    init(_ database: Database) { self.database = database }

    // MARK: Accounts

    func account(login: String) throws(StoreError) -> Account? {
        let statement = try database.statement("SELECT \(Self.columns) FROM users WHERE login_key = ?")
        statement.bind(NameWords.foldedLogin(login), at: 1)
        defer { statement.reset() }
        return try statement.step() ? try Self.account(from: statement) : nil
    }

    /// Of a user who is not deleted.
    func account(_ id: UserID) throws(StoreError) -> Account? {
        let statement = try database.statement("SELECT \(Self.columns) FROM users WHERE id = ? AND is_deleted = 0")
        statement.bind(id.rawValue, at: 1)
        defer { statement.reset() }
        return try statement.step() ? try Self.account(from: statement) : nil
    }

    private static func account(from row: Statement) throws(StoreError) -> Account {
        Account(
            user: StateQueries.user(from: row), credential: row.optionalText(9),
            settings: try UserSettings(availability: row.integer(10), status: row.text(11), hides: row.integer(12)),
            lastSeen: row.optionalInteger(13).map { WallTime(milliseconds: $0) },
            epoch: UInt64(bitPattern: row.integer(14)), offset: row.integer(15))
    }

    func users(matching text: String, limit: Int) throws(StoreError) -> [User] {
        let wanted = NameWords.folded(text)
        let statement: Statement
        if wanted.isEmpty {
            statement = try database.statement(
                """
                SELECT \(StateQueries.userColumns) FROM users WHERE login_key IS NOT NULL ORDER BY login_key LIMIT ?
                """)
            statement.bind(Int64(max(limit, 0)), at: 1)
        } else {
            statement = try database.statement(
                """
                SELECT \(StateQueries.userColumns) FROM users WHERE id IN (
                    SELECT user FROM user_words WHERE word >= ? AND word < ? LIMIT \(Self.matchesMax))
                ORDER BY login_key LIMIT ?
                """)
            statement.bind(wanted, at: 1)
            statement.bind(NameWords.end(of: wanted), at: 2)
            statement.bind(Int64(max(limit, 0)), at: 3)
        }
        defer { statement.reset() }
        var users: [User] = []
        while try statement.step() { users.append(StateQueries.user(from: statement)) }
        return users
    }

    // MARK: Sessions

    func session(tokenHash: [UInt8]) throws(StoreError) -> SessionRecord? {
        let statement = try database.statement("SELECT \(Self.sessionColumns) FROM sessions WHERE token_hash = ?")
        statement.bind(tokenHash, at: 1)
        defer { statement.reset() }
        return try statement.step() ? Self.session(from: statement) : nil
    }

    /// Newest first.
    func sessions(of user: UserID) throws(StoreError) -> [SessionRecord] {
        let statement = try database.statement(
            "SELECT \(Self.sessionColumns) FROM sessions WHERE user = ? ORDER BY id DESC")
        statement.bind(user.rawValue, at: 1)
        defer { statement.reset() }
        var sessions: [SessionRecord] = []
        while try statement.step() { sessions.append(Self.session(from: statement)) }
        return sessions
    }

    private static func session(from row: Statement) -> SessionRecord {
        SessionRecord(
            id: SessionID(row.integer(0)), user: UserID(row.integer(1)), deviceID: row.optionalText(2),
            createdAt: WallTime(milliseconds: row.integer(3)), lastSeenAt: WallTime(milliseconds: row.integer(4)),
            expiresAt: WallTime(milliseconds: row.integer(5)))
    }

    // MARK: Blocks and invitations

    func blocks(by user: UserID) throws(StoreError) -> [UserID] {
        let statement = try database.statement("SELECT other FROM blocks WHERE user = ? ORDER BY other")
        statement.bind(user.rawValue, at: 1)
        defer { statement.reset() }
        var others: [UserID] = []
        while try statement.step() { others.append(UserID(statement.integer(0))) }
        return others
    }

    func hasBlocked(_ other: UserID, by user: UserID) throws(StoreError) -> Bool {
        let statement = try database.statement("SELECT 1 FROM blocks WHERE user = ? AND other = ?")
        statement.bind(user.rawValue, at: 1)
        statement.bind(other.rawValue, at: 2)
        defer { statement.reset() }
        return try statement.step()
    }

    func invite(_ tokenHash: [UInt8]) throws(StoreError) -> InviteRecord? {
        let statement = try database.statement("SELECT \(Self.inviteColumns) FROM invites WHERE token_hash = ?")
        statement.bind(tokenHash, at: 1)
        defer { statement.reset() }
        return try statement.step() ? Self.invite(from: statement) : nil
    }

    func invite(_ id: InviteID) throws(StoreError) -> InviteRecord? {
        let statement = try database.statement("SELECT \(Self.inviteColumns) FROM invites WHERE id = ?")
        statement.bind(id.rawValue, at: 1)
        defer { statement.reset() }
        return try statement.step() ? Self.invite(from: statement) : nil
    }

    /// By their ids, those that have ended too.
    func invites(to room: RoomID) throws(StoreError) -> [InviteRecord] {
        let statement = try database.statement("SELECT \(Self.inviteColumns) FROM invites WHERE room = ? ORDER BY id")
        statement.bind(room.rawValue, at: 1)
        defer { statement.reset() }
        var invites: [InviteRecord] = []
        while try statement.step() { invites.append(Self.invite(from: statement)) }
        return invites
    }

    private static func invite(from row: Statement) -> InviteRecord {
        InviteRecord(
            id: InviteID(row.integer(0)), room: row.optionalInteger(1).map { RoomID($0) },
            // Zero, which nobody is, stands for whoever runs the server.
            by: row.integer(2) == 0 ? nil : UserID(row.integer(2)),
            createdAt: WallTime(milliseconds: row.integer(3)),
            expiresAt: row.optionalInteger(4).map { WallTime(milliseconds: $0) }, uses: Int(row.integer(5)),
            usesLeft: row.optionalInteger(6).map { Int($0) })
    }

    // MARK: The user's own stream

    /// Events above `offset`, ascending; those of rooms without a listing.
    func userEvents(of user: UserID, after offset: Int64, limit: Int) throws(StoreError) -> [UserEvent] {
        let statement = try database.statement(
            """
            SELECT m.offset, m.at, m.kind, m.room, m.seq, m.number, m.text, u.epoch
            FROM me_log m JOIN users u ON u.id = m.user
            WHERE m.user = ? AND m.offset > ? ORDER BY m.offset LIMIT ?
            """)
        statement.bind(user.rawValue, at: 1)
        statement.bind(offset, at: 2)
        statement.bind(Int64(max(limit, 0)), at: 3)
        defer { statement.reset() }
        var events: [UserEvent] = []
        while try statement.step() {
            events.append(
                UserEvent(
                    user: user, epoch: UInt64(bitPattern: statement.integer(7)), offset: statement.integer(0),
                    at: WallTime(milliseconds: statement.integer(1)),
                    kind: try UserEventRow(from: statement, at: 2).kind()))
        }
        return events
    }
}
