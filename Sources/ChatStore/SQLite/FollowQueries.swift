import ChatDomain

/// How a notice's kind is written in the column `notices.kind`. In files: never changed.
enum NoticeCode: Int64 {
    case user = 1
    case sessionsEnded = 2
    case accountDeleted = 3
    case profileChanged = 4
    case blockChanged = 5
    case faceChanged = 6
}

/// Looks up what was noticed, and who follows the log, on one connection.
final class FollowQueries {
    private let database: Database

    init(_ database: Database) { self.database = database }

    func followers() throws(StoreError) -> [String: LogPosition] {
        let statement = try database.statement("SELECT name, log_id, notice_id FROM followers")
        defer { statement.reset() }
        var followers: [String: LogPosition] = [:]
        while try statement.step() {
            followers[statement.text(0)] = LogPosition(logID: statement.integer(1), noticeID: statement.integer(2))
        }
        return followers
    }

    /// The number of the oldest notice that is kept; nil for none.
    func firstNotice() throws(StoreError) -> Int64? {
        let first = try database.integer("SELECT min(id) FROM notices")
        return first == 0 ? nil : first
    }

    /// - Parameters:
    ///   - user: looks up a user, or the shell that is left of one.
    ///   - account: looks up an account that is not deleted.
    func notices(
        after id: Int64, limit: Int, user: (UserID) throws(StoreError) -> User?,
        account: (UserID) throws(StoreError) -> Account?
    ) throws(StoreError) -> [KeptNotice] {
        let statement = try database.statement(
            """
            SELECT n.id, n.log_id, n.kind, n.user, n.other, n.offset, n.at, n.text, u.handle, u.is_deleted,
                n.code, n.room, n.seq, n.number, NULL
            FROM notices n CROSS JOIN users u ON u.id = n.user WHERE n.id > ? ORDER BY n.id LIMIT ?
            """)
        statement.bind(max(id, 0), at: 1)
        statement.bind(Int64(limit), at: 2)
        defer { statement.reset() }
        var notices: [KeptNotice] = []
        while try statement.step() {
            notices.append(
                KeptNotice(
                    id: statement.integer(0), logID: statement.integer(1),
                    notice: try Self.notice(from: statement, user, account)))
        }
        return notices
    }

    private static func notice(
        from row: Statement, _ face: (UserID) throws(StoreError) -> User?,
        _ account: (UserID) throws(StoreError) -> Account?
    ) throws(StoreError) -> Notice? {
        let user = UserID(row.integer(3))
        let code = NoticeCode(rawValue: row.integer(2))
        if code == .accountDeleted { return .accountDeleted(user, handle: row.text(8)) }
        if code == .faceChanged { return try face(user).map { .faceChanged($0, in: numbers(row).map(RoomID.init)) } }
        if row.integer(9) != 0 { return nil }
        switch code {
        case .user: return try event(of: user, from: row, account)
        case .sessionsEnded:
            return .sessionsEnded(user, numbers(row).map(SessionID.init))
        case .profileChanged: return try account(user).map { .profileChanged($0) }
        case .blockChanged: return .blockChanged(UserID(row.integer(4)), by: user, isBlocked: row.integer(13) != 0)
        case .accountDeleted, .faceChanged: return nil
        case nil: throw .corrupt("notice \(row.integer(0)) is of an unknown kind")
        }
    }

    private static func numbers(_ row: Statement) -> [Int64] {
        row.text(7).split(separator: " ").compactMap { Int64($0) }
    }

    private static func event(
        of user: UserID, from row: Statement, _ account: (UserID) throws(StoreError) -> Account?
    ) throws(StoreError) -> Notice? {
        guard let account = try account(user) else { return nil }
        let event = try UserEventRow(from: row, at: 10)
        return .user(
            UserEvent(
                user: user, epoch: account.epoch, offset: row.integer(5), at: WallTime(milliseconds: row.integer(6)),
                kind: event.code == .settingsUpdated ? .settingsUpdated(account.settings) : try event.kind()))
    }
}
