import ChatDomain

/// Looks up users, rooms and members on one connection, whether a reader's or the writer's.
final class StateQueries {
    static let userColumns = "id, handle, username, phone, created_at, is_open, is_deleted, login, is_admin"
    private static let roomColumns = """
        id, handle, kind, name, created_at, epoch, is_open, visibility, is_archived, topic, history
        """

    private let database: Database

    init(_ database: Database) { self.database = database }

    // MARK: Users

    func user(_ id: UserID) throws(StoreError) -> User? {
        let statement = try database.statement("SELECT \(Self.userColumns) FROM users WHERE id = ?")
        statement.bind(id.rawValue, at: 1)
        return try firstUser(statement)
    }

    func user(handle: String) throws(StoreError) -> User? {
        let statement = try database.statement(
            "SELECT \(Self.userColumns) FROM users WHERE handle = ? AND is_deleted = 0")
        statement.bind(handle, at: 1)
        return try firstUser(statement)
    }

    func user(phone: String) throws(StoreError) -> User? {
        let statement = try database.statement("SELECT \(Self.userColumns) FROM users WHERE phone = ?")
        statement.bind(phone, at: 1)
        return try firstUser(statement)
    }

    /// The handle of a user who is not deleted.
    func handle(of id: UserID) throws(StoreError) -> String? {
        let statement = try database.statement("SELECT handle FROM users WHERE id = ? AND is_deleted = 0")
        statement.bind(id.rawValue, at: 1)
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : nil
    }

    /// Also by a deleted user.
    func isHandleTaken(_ handle: String) throws(StoreError) -> Bool {
        let statement = try database.statement("SELECT 1 FROM users WHERE handle = ?")
        statement.bind(handle, at: 1)
        defer { statement.reset() }
        return try statement.step()
    }

    func openUsers(limit: Int) throws(StoreError) -> [User] {
        let statement = try database.statement(
            "SELECT \(Self.userColumns) FROM users WHERE is_open = 1 AND is_deleted = 0 ORDER BY id LIMIT ?")
        statement.bind(Int64(max(limit, 0)), at: 1)
        return try users(statement)
    }

    /// The members of a room in the order of joining.
    func members(of room: RoomID) throws(StoreError) -> [User] {
        let statement = try database.statement(
            """
            SELECT \(Self.userColumns) FROM members JOIN users ON users.id = members.user
            WHERE members.room = ? ORDER BY members.joined
            """)
        statement.bind(room.rawValue, at: 1)
        return try users(statement)
    }

    func isMember(_ user: UserID, of room: RoomID) throws(StoreError) -> Bool {
        let statement = try database.statement("SELECT 1 FROM members WHERE room = ? AND user = ?")
        statement.bind(room.rawValue, at: 1)
        statement.bind(user.rawValue, at: 2)
        defer { statement.reset() }
        return try statement.step()
    }

    private func firstUser(_ statement: Statement) throws(StoreError) -> User? {
        defer { statement.reset() }
        return try statement.step() ? Self.user(from: statement) : nil
    }

    private func users(_ statement: Statement) throws(StoreError) -> [User] {
        defer { statement.reset() }
        var users: [User] = []
        while try statement.step() { users.append(Self.user(from: statement)) }
        return users
    }

    static func user(from row: Statement) -> User {
        User(
            id: UserID(row.integer(0)), handle: row.text(1), username: row.text(2), phone: row.optionalText(3),
            createdAt: WallTime(milliseconds: row.integer(4)), isOpen: row.integer(5) != 0,
            isDeleted: row.integer(6) != 0, login: row.optionalText(7), isAdmin: row.integer(8) != 0)
    }

    /// Those of these who exist, or existed, in their order.
    func users(_ ids: [UserID]) throws(StoreError) -> [User] {
        var users: [User] = []
        for id in ids {
            if let user = try user(id) { users.append(user) }
        }
        return users
    }

    // MARK: Rooms

    func room(_ id: RoomID) throws(StoreError) -> Room? {
        let statement = try database.statement("SELECT \(Self.roomColumns) FROM rooms WHERE id = ?")
        statement.bind(id.rawValue, at: 1)
        return try firstRoom(statement)
    }

    func room(handle: String) throws(StoreError) -> Room? {
        let statement = try database.statement("SELECT \(Self.roomColumns) FROM rooms WHERE handle = ?")
        statement.bind(handle, at: 1)
        return try firstRoom(statement)
    }

    func openRooms(limit: Int) throws(StoreError) -> [Room] {
        let statement = try database.statement(
            "SELECT \(Self.roomColumns) FROM rooms WHERE is_open = 1 ORDER BY id LIMIT ?")
        statement.bind(Int64(max(limit, 0)), at: 1)
        return try rooms(statement)
    }

    func rooms(of user: UserID, limit: Int) throws(StoreError) -> [Room] {
        let statement = try database.statement(
            """
            SELECT \(Self.roomColumns) FROM members JOIN rooms ON rooms.id = members.room
            WHERE members.user = ? ORDER BY members.room LIMIT ?
            """)
        statement.bind(user.rawValue, at: 1)
        statement.bind(Int64(max(limit, 0)), at: 2)
        return try rooms(statement)
    }

    private func firstRoom(_ statement: Statement) throws(StoreError) -> Room? {
        defer { statement.reset() }
        return try statement.step() ? try Self.room(from: statement) : nil
    }

    private func rooms(_ statement: Statement) throws(StoreError) -> [Room] {
        defer { statement.reset() }
        var rooms: [Room] = []
        while try statement.step() { rooms.append(try Self.room(from: statement)) }
        return rooms
    }

    private static func room(from row: Statement) throws(StoreError) -> Room {
        guard let kind = UInt8(exactly: row.integer(2)).flatMap(RoomKind.init) else {
            throw .corrupt("room \(row.integer(0)) is of an unknown kind")
        }
        return Room(
            id: RoomID(row.integer(0)), handle: row.text(1), kind: kind, name: row.text(3),
            createdAt: WallTime(milliseconds: row.integer(4)), epoch: UInt64(bitPattern: row.integer(5)),
            isOpen: row.integer(6) != 0, visibility: row.integer(7) == 0 ? .private : .public,
            isArchived: row.integer(8) != 0, topic: row.text(9), history: row.integer(10) == 0 ? .all : .joined)
    }
}
