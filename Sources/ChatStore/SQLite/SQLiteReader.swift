import ChatDomain

/// Reads through a connection of its own, with a snapshot for each question, and through the tail that all share.
///
/// The tail is asked before the transaction opens: see `UnindexedTail`. A room that has a tail is not deleted; for any
/// other the table of rooms decides.
final class SQLiteReader: ChatStoreReader {
    let database: Database
    let tail: UnindexedTail
    let state: StateQueries
    let history: HistoryQueries
    let accounts: AccountQueries
    let rooms: RoomQueries
    let threads: ThreadQueries
    let followed: FollowQueries
    private let searchPath: String
    private let busyTimeoutMs: Int32
    /// Opened by the first search.
    private var openedSearch: (file: UInt64, queries: SearchQueries)?

    init(path: String, tail: UnindexedTail, busyTimeoutMs: Int32) throws(StoreError) {
        database = try Database(path: path, role: .reader, busyTimeoutMs: busyTimeoutMs)
        try database.execute("PRAGMA query_only = ON")
        self.tail = tail
        searchPath = SearchFile.path(beside: path)
        self.busyTimeoutMs = busyTimeoutMs
        state = StateQueries(database)
        history = HistoryQueries(database)
        accounts = AccountQueries(database)
        threads = ThreadQueries(database)
        rooms = RoomQueries(database, state: state, threads: threads)
        followed = FollowQueries(database)
    }

    /// Asks the search index. It may have been taken away, or made anew, since the last time.
    func askSearch<Answer>(
        _ body: (SearchQueries) throws(StoreError) -> Answer
    ) throws(StoreError) -> Answer {
        do throws(StoreError) {
            guard let file = SearchFile.identity(of: searchPath) else { throw .noSearchIndex }
            if let openedSearch, openedSearch.file == file { return try body(openedSearch.queries) }
            openedSearch = nil
            let opened = try SearchQueries(path: searchPath, busyTimeoutMs: busyTimeoutMs)
            openedSearch = (file, opened)
            return try body(opened)
        } catch {
            // Whatever it is, the index's own thread sees to it; the next question opens it anew.
            openedSearch = nil
            throw .noSearchIndex
        }
    }

    func user(_ id: UserID) throws(StoreError) -> User? { try state.user(id) }

    func user(handle: String) throws(StoreError) -> User? { try state.user(handle: handle) }

    func user(phone: String) throws(StoreError) -> User? { try state.user(phone: phone) }

    func openUsers(limit: Int) throws(StoreError) -> [User] { try state.openUsers(limit: limit) }

    func room(_ id: RoomID) throws(StoreError) -> Room? { try state.room(id) }

    func room(handle: String) throws(StoreError) -> Room? { try state.room(handle: handle) }

    func isMember(_ user: UserID, of room: RoomID) throws(StoreError) -> Bool {
        try state.isMember(user, of: room)
    }

    func summary(of room: RoomID) throws(StoreError) -> RoomSummary? {
        let kept = tail.lastMessage(in: room)
        return try inSnapshot { () throws(StoreError) in
            guard let room = try state.room(room) else { return nil }
            return try summary(of: room, kept)
        }
    }

    func openRooms(limit: Int) throws(StoreError) -> [RoomSummary] {
        try summaries { () throws(StoreError) in try state.openRooms(limit: limit) }
    }

    func rooms(of user: UserID, limit: Int) throws(StoreError) -> [RoomSummary] {
        try summaries { () throws(StoreError) in try state.rooms(of: user, limit: limit) }
    }

    func messages(
        in room: RoomID, after: Int64?, before: Int64?, limit: Int
    ) throws(StoreError) -> [Message] {
        let kept = tail.messages(in: room, after: after, before: before, limit: limit)
        guard let indexBefore = kept.indexBefore else { return kept.messages }
        return try inSnapshot { () throws(StoreError) in
            guard try state.room(room) != nil else { return [] }
            guard after != nil && before == nil else {
                let older = try history.messages(
                    in: room, after: after, before: indexBefore, limit: limit - kept.messages.count)
                return older + kept.messages
            }
            // From the oldest on. What is indexed but also kept is cut off.
            let older = try history.messages(in: room, after: after, before: nil, limit: limit)
            return Array((older.prefix { $0.seq < indexBefore } + kept.messages).prefix(max(limit, 0)))
        }
    }

    func events(in room: RoomID, after offset: Int64, limit: Int) throws(StoreError) -> [Event] {
        let kept = tail.events(in: room, after: offset, limit: limit)
        guard let indexBefore = kept.indexBefore else { return kept.events }
        return try inSnapshot { () throws(StoreError) in
            guard let room = try state.room(room) else { return [] }
            let older = try history.events(in: room, after: offset, before: indexBefore, limit: limit)
            return Array((older + kept.events).prefix(max(limit, 0)))
        }
    }

    func head(of room: RoomID) throws(StoreError) -> (seq: Int64, offset: Int64) {
        if let kept = tail.position(of: room) { return (kept.seq, kept.offset) }
        return try inSnapshot { () throws(StoreError) in
            guard try state.room(room) != nil, let last = try history.position(of: room) else { return (0, 0) }
            return (last.seq, last.offset)
        }
    }

    // MARK: Parts

    private func summary(of room: Room, _ kept: UnindexedTail.MessagePage) throws(StoreError) -> RoomSummary {
        var last = kept.messages.last
        if last == nil, let indexBefore = kept.indexBefore {
            last = try history.lastMessage(in: room.id, before: indexBefore)
        }
        return RoomSummary(room: room, members: try state.members(of: room.id), lastMessage: last)
    }

    /// Two transactions: which rooms there are decides which tails to ask.
    private func summaries(
        of list: () throws(StoreError) -> [Room]
    ) throws(StoreError) -> [RoomSummary] {
        let kept = try list().map { ($0.id, tail.lastMessage(in: $0.id)) }
        return try inSnapshot { () throws(StoreError) in
            var summaries: [RoomSummary] = []
            for (id, kept) in kept {
                // Gone in between.
                guard let room = try state.room(id) else { continue }
                summaries.append(try summary(of: room, kept))
            }
            return summaries
        }
    }

    /// Answers all of `body` from one state of the file.
    func inSnapshot<Answer>(_ body: () throws(StoreError) -> Answer) throws(StoreError) -> Answer {
        try database.statement("BEGIN").run()
        do throws(StoreError) {
            let answer = try body()
            try database.statement("COMMIT").run()
            return answer
        } catch {
            database.rollback()
            throw error
        }
    }
}
