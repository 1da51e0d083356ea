import ChatDomain

/// The statements behind notices, and behind who follows the log.
extension SQLiteLedger {
    func insert(_ notice: Notice) throws(StoreError) {
        let id = try database.integer("SELECT max(id) FROM notices") + 1
        let insertion = try database.statement("INSERT INTO notices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        var (code, user, other, number) = (NoticeCode.user, UserID(0), nil as UserID?, nil as Int64?)
        var (event, row, text) = (nil as UserEvent?, nil as UserEventRow?, nil as String?)
        switch notice {
        case .user(let told): (user, event, row) = (told.user, told, UserEventRow(told.kind))
        case .sessionsEnded(let id, let sessions):
            (code, user, text) = (.sessionsEnded, id, Self.list(sessions.map(\.rawValue)))
        case .accountDeleted(let id, _): (code, user) = (.accountDeleted, id)
        case .faceChanged(let face, let rooms):
            (code, user, text) = (.faceChanged, face.id, Self.list(rooms.map(\.rawValue)))
        case .profileChanged(let account): (code, user) = (.profileChanged, account.user.id)
        case .blockChanged(let blocked, let by, let isBlocked):
            (code, user, other, number) = (.blockChanged, by, blocked, isBlocked ? 1 : 0)
        }
        insertion.bind(id, at: 1)
        insertion.bind(lastLogID, at: 2)
        insertion.bind(code.rawValue, at: 3)
        insertion.bind(user.rawValue, at: 4)
        insertion.bind(other?.rawValue, at: 5)
        insertion.bind(event?.offset, at: 6)
        insertion.bind(event?.at.milliseconds, at: 7)
        insertion.bind(row?.code.rawValue, at: 8)
        insertion.bind(row?.room?.rawValue, at: 9)
        insertion.bind(row?.seq, at: 10)
        insertion.bind(row?.number ?? number, at: 11)
        insertion.bind(text, at: 12)
        try insertion.run()
        if id % Int64(StoreLimits.noticesTrimmed) == 0 {
            try run("DELETE FROM notices WHERE id <= ?", id - Int64(StoreLimits.noticesMin))
        }
    }

    private static func list(_ numbers: [Int64]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }

    func keep(_ position: LogPosition?, of follower: String) throws(StoreError) {
        let statement: Statement
        if let position {
            statement = try database.statement("INSERT OR REPLACE INTO followers VALUES (?, ?, ?)")
            statement.bind(position.logID, at: 2)
            statement.bind(position.noticeID, at: 3)
        } else {
            statement = try database.statement("DELETE FROM followers WHERE name = ?")
        }
        statement.bind(follower, at: 1)
        try statement.run()
    }
}
