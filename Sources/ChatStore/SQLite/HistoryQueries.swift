import ChatDomain

/// Reads messages and events through the index by room, on one connection. What the index has not come to yet is not
/// seen here.
final class HistoryQueries {
    /// The columns that `message(from:)` expects.
    private static let messageColumns = """
        l.seq, l.user, u.handle, l.key_high, l.key_low, l.at, l.text, s.version, s.edited_at, e.text, l.id, s.log_id,
        l.reply_to, l.thread, coalesce(e.mentions, l.mentions)
        """
    /// The creation of a message, its author, and its newest text where it was edited.
    private static let messageTables = "room_index i CROSS JOIN log l ON l.id = i.log_id \(messageJoins)"
    private static let messageJoins = """
        CROSS JOIN users u ON u.id = l.user
        LEFT JOIN message_state s ON s.room = l.room AND s.seq = l.seq LEFT JOIN log e ON e.id = s.log_id
        """

    private let database: Database

    init(_ database: Database) { self.database = database }

    // MARK: Positions

    /// Where the room stands, nil for no events.
    func position(of room: RoomID) throws(StoreError) -> RoomPosition? {
        let statement = try database.statement(
            """
            SELECT i.seq, i.offset, l.at, l.id FROM room_index i CROSS JOIN log l ON l.id = i.log_id
            WHERE i.room = ? ORDER BY i.offset DESC LIMIT 1
            """)
        statement.bind(room.rawValue, at: 1)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return RoomPosition(
            seq: statement.integer(0), offset: statement.integer(1), at: WallTime(milliseconds: statement.integer(2)),
            logID: statement.integer(3))
    }

    /// The offset at which the message was created; nil where the room has no such message yet.
    ///
    /// The index is sorted by offset, but its `seq` never falls along it, and grows by at most one from an offset to the
    /// next: so each look narrows the bounds from both sides by what is still to be counted.
    private func offset(of seq: Int64, in room: RoomID, upTo last: RoomPosition) throws(StoreError) -> Int64? {
        guard seq >= 1, seq <= last.seq else { return nil }
        var low = seq
        var high = last.offset - (last.seq - seq)
        while low < high {
            let middle = low + (high - low) / 2
            let found = try newestSeq(in: room, at: middle)
            if found >= seq { high = middle - (found - seq) } else { low = middle + (seq - found) }
        }
        return low
    }

    private func newestSeq(in room: RoomID, at offset: Int64) throws(StoreError) -> Int64 {
        let statement = try database.statement("SELECT seq FROM room_index WHERE room = ? AND offset = ?")
        statement.bind(room.rawValue, at: 1)
        statement.bind(offset, at: 2)
        defer { statement.reset() }
        guard try statement.step() else { throw .corrupt("room \(room.rawValue) has no event \(offset)") }
        return statement.integer(0)
    }

    // MARK: Messages

    /// As `ChatStoreReader.messages`, of what is indexed.
    func messages(
        in room: RoomID, after: Int64?, before: Int64?, limit: Int
    ) throws(StoreError) -> [Message] {
        guard limit > 0, let last = try position(of: room) else { return [] }
        // Offsets from `low` to `high`, both included.
        var low: Int64 = 1
        if let after, after >= 0 {
            guard after < last.seq, let found = try offset(of: after + 1, in: room, upTo: last) else { return [] }
            low = found
        }
        var high = last.offset
        if let before, before <= last.seq {
            guard let found = try offset(of: before, in: room, upTo: last) else { return [] }
            high = found - 1
        }
        guard low <= high else { return [] }
        let isOldestFirst = after != nil && before == nil
        let statement = try database.statement(
            """
            SELECT \(Self.messageColumns) FROM \(Self.messageTables)
            WHERE i.room = ? AND i.offset BETWEEN ? AND ? AND l.kind = 1
            ORDER BY i.offset \(isOldestFirst ? "ASC" : "DESC") LIMIT ?
            """)
        statement.bind(room.rawValue, at: 1)
        statement.bind(low, at: 2)
        statement.bind(high, at: 3)
        statement.bind(Int64(limit), at: 4)
        defer { statement.reset() }
        var messages: [Message] = []
        while try statement.step() { messages.append(Self.message(in: room, from: statement).message) }
        if !isOldestFirst { messages.reverse() }
        return messages
    }

    /// The room's newest message below `seq` that is not deleted.
    func lastMessage(in room: RoomID, before seq: Int64) throws(StoreError) -> Message? {
        guard let last = try position(of: room) else { return nil }
        var high = last.offset
        if seq <= last.seq {
            guard let found = try offset(of: seq, in: room, upTo: last) else { return nil }
            high = found - 1
        }
        let statement = try database.statement(
            """
            SELECT \(Self.messageColumns) FROM \(Self.messageTables)
            WHERE i.room = ? AND i.offset <= ? AND l.kind = 1 AND l.text IS NOT NULL ORDER BY i.offset DESC LIMIT 1
            """)
        statement.bind(room.rawValue, at: 1)
        statement.bind(high, at: 2)
        defer { statement.reset() }
        return try statement.step() ? Self.message(in: room, from: statement).message : nil
    }

    /// One message, with where its texts are.
    func message(_ seq: Int64, in room: RoomID) throws(StoreError) -> VersionedMessage? {
        guard let last = try position(of: room), let offset = try offset(of: seq, in: room, upTo: last) else {
            return nil
        }
        let statement = try database.statement(
            "SELECT \(Self.messageColumns) FROM \(Self.messageTables) WHERE i.room = ? AND i.offset = ?")
        statement.bind(room.rawValue, at: 1)
        statement.bind(offset, at: 2)
        defer { statement.reset() }
        return try statement.step() ? Self.message(in: room, from: statement) : nil
    }

    /// The message that the event with this log id made: it need not be indexed.
    func message(createdAt logID: Int64, in room: RoomID) throws(StoreError) -> Message? {
        let statement = try database.statement(
            "SELECT \(Self.messageColumns) FROM log l \(Self.messageJoins) WHERE l.id = ? AND l.kind = 1")
        statement.bind(logID, at: 1)
        defer { statement.reset() }
        return try statement.step() ? Self.message(in: room, from: statement).message : nil
    }

    /// How many messages numbered `range`, all of which are indexed, are the user's own and no answers, neither deleted
    /// nor hidden by the user.
    func ownCount(of user: UserID, in room: RoomID, _ range: ClosedRange<Int64>) throws(StoreError) -> Int {
        guard let last = try position(of: room), let low = try offset(of: range.lowerBound, in: room, upTo: last),
            let high = try offset(of: range.upperBound, in: room, upTo: last)
        else { return 0 }
        let statement = try database.statement(
            """
            SELECT count(*) FROM room_index i CROSS JOIN log l ON l.id = i.log_id
            WHERE i.room = ?1 AND i.offset BETWEEN ?2 AND ?3 AND l.kind = 1 AND l.user = ?4 AND l.thread IS NULL
                AND l.text IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM hidden h WHERE h.user = ?4 AND h.room = ?1 AND h.seq = l.seq)
            """)
        statement.bind(room.rawValue, at: 1)
        statement.bind(low, at: 2)
        statement.bind(high, at: 3)
        statement.bind(user.rawValue, at: 4)
        defer { statement.reset() }
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    private static func message(in room: RoomID, from row: Statement) -> VersionedMessage {
        let isEdited = !row.isNull(7)
        var message = Message(
            room: room, seq: row.integer(0), author: UserID(row.integer(1)), authorHandle: row.text(2),
            key: row.key(3), text: row.text(isEdited ? 9 : 6), sentAt: WallTime(milliseconds: row.integer(5)),
            version: isEdited ? Int(row.integer(7)) : 1,
            editedAt: isEdited ? WallTime(milliseconds: row.integer(8)) : nil, replyTo: row.optionalInteger(12),
            thread: row.optionalInteger(13), mentions: row.isNull(14) ? [] : MentionList.users(in: row.text(14)))
        if row.isNull(6) { message.erase() }
        return VersionedMessage(
            message: message, createdLogID: row.integer(10), newestLogID: row.integer(isEdited ? 11 : 10))
    }

    /// All texts of a message that is not deleted, the first first.
    func versions(of known: VersionedMessage) throws(StoreError) -> [MessageVersion] {
        let statement = try database.statement("SELECT text, at, version, previous FROM log WHERE id = ?")
        var versions: [MessageVersion] = []
        var next: Int64? = known.newestLogID
        while let id = next {
            statement.bind(id, at: 1)
            defer { statement.reset() }
            // A deletion, or the end of the room, came in between.
            guard try statement.step(), !statement.isNull(0) else { return [] }
            versions.append(
                MessageVersion(
                    version: Int(statement.optionalInteger(2) ?? 1), text: statement.text(0),
                    at: WallTime(milliseconds: statement.integer(1))))
            next = statement.optionalInteger(3)
        }
        return versions.reversed()
    }

    // MARK: Events

    /// The columns that `event(in:from:)` expects, and the tables they are in, beside `l`, the row of the log.
    private static let eventColumns = """
        l.id, l.offset, l.at, l.kind, l.user, l.text, l.target, l.version,
        m.seq, m.user, u.handle, m.key_high, m.key_low, m.at, m.reply_to, m.thread, coalesce(l.mentions, m.mentions),
        l.topic
        """
    private static let eventTables = """
        LEFT JOIN log m ON m.id = CASE WHEN l.kind = 1 THEN l.id WHEN l.kind IN (2, 3, 12, 13, 20, 21) THEN l.target END
        LEFT JOIN users u ON u.id = m.user
        """

    /// The events of `room` with offsets above `offset` and below `end`, ascending.
    func events(in room: Room, after offset: Int64, before end: Int64, limit: Int) throws(StoreError) -> [Event] {
        let statement = try database.statement(
            """
            SELECT \(Self.eventColumns) FROM room_index i CROSS JOIN log l ON l.id = i.log_id \(Self.eventTables)
            WHERE i.room = ? AND i.offset > ? AND i.offset < ? ORDER BY i.offset LIMIT ?
            """)
        statement.bind(room.id.rawValue, at: 1)
        statement.bind(max(offset, 0), at: 2)
        statement.bind(end, at: 3)
        statement.bind(Int64(max(limit, 0)), at: 4)
        defer { statement.reset() }
        var events: [Event] = []
        while try statement.step() { events.append(try Self.event(in: room, from: statement)) }
        return events
    }

    /// The events of all rooms with log ids above the one given, ascending; without those of rooms that are gone, but for
    /// the word that they are.
    ///
    /// - Parameter room: looks up a room that is not deleted.
    func events(
        afterLogID logID: Int64, limit: Int, room: (RoomID) throws(StoreError) -> Room?
    ) throws(StoreError) -> [(logID: Int64, event: Event?)] {
        let statement = try database.statement(
            "SELECT \(Self.eventColumns), l.room FROM log l \(Self.eventTables) WHERE l.id > ? ORDER BY l.id LIMIT ?")
        statement.bind(max(logID, 0), at: 1)
        statement.bind(Int64(limit), at: 2)
        defer { statement.reset() }
        var events: [(logID: Int64, event: Event?)] = []
        var known: [RoomID: Room?] = [:]
        while try statement.step() {
            let id = RoomID(statement.integer(18))
            if known[id] == nil { known.updateValue(try room(id), forKey: id) }
            var event: Event?
            if statement.integer(3) == EventCode.roomDeleted.rawValue {
                event = Event(
                    logID: statement.integer(0), room: id, roomHandle: statement.text(5), offset: statement.integer(1),
                    at: WallTime(milliseconds: statement.integer(2)),
                    kind: .roomDeleted(by: statement.optionalInteger(4).map { UserID($0) }))
            } else if let stored = known[id] ?? nil {
                event = try Self.event(in: stored, from: statement)
            }
            events.append((statement.integer(0), event))
        }
        return events
    }

    private static func event(in room: Room, from row: Statement) throws(StoreError) -> Event {
        Event(
            logID: row.integer(0), room: room.id, roomHandle: room.handle, offset: row.integer(1),
            at: WallTime(milliseconds: row.integer(2)), kind: try kind(in: room, from: row))
    }

    private static func kind(in room: Room, from row: Statement) throws(StoreError) -> EventKind {
        guard let code = EventCode(rawValue: row.integer(3)) else {
            throw .corrupt("event \(row.integer(0)) is of an unknown kind")
        }
        let by = row.optionalInteger(4).map { UserID($0) }
        var named = room
        named.name = row.text(5)
        named.visibility = row.integer(7) & 1 == 0 ? .private : .public
        named.isArchived = row.integer(7) & 2 != 0
        named.history = row.integer(7) & 4 == 0 ? .all : .joined
        named.topic = row.optionalText(17) ?? ""
        func member() -> UserID { UserID(row.integer(6)) }
        // What these kinds always have.
        func actor() throws(StoreError) -> UserID {
            guard let by else { throw .corrupt("event \(row.integer(0)) has nobody who caused it") }
            return by
        }
        switch code {
        case .messageCreated: return .messageCreated(eventMessage(in: room, from: row, isEdit: false))
        case .messageEdited: return .messageEdited(eventMessage(in: room, from: row, isEdit: true), by: by)
        case .messageDeleted: return .messageDeleted(seq: row.integer(8), by: by)
        case .memberJoined:
            return .memberJoined(member(), role: row.isNull(7) ? .member : try RoomQueries.role(row.integer(7)), by: by)
        case .memberLeft: return .memberLeft(member(), by: by)
        case .memberKicked: return .memberKicked(member(), by: try actor())
        case .memberBanned: return .memberBanned(member(), by: try actor())
        case .memberRoleChanged:
            return .memberRoleChanged(member(), role: try RoomQueries.role(row.integer(7)), by: try actor())
        case .reactionAdded: return .reactionAdded(seq: row.integer(8), key: row.text(5), by: try actor())
        case .reactionRemoved: return .reactionRemoved(seq: row.integer(8), key: row.text(5), by: try actor())
        case .messagePinned: return .messagePinned(seq: row.integer(8), by: try actor())
        case .messageUnpinned: return .messageUnpinned(seq: row.integer(8), by: by)
        case .roomCreated: return .roomCreated(named)
        case .roomUpdated: return .roomUpdated(named, by: by)
        case .roomArchived: return .roomArchived(named, by: by)
        case .roomDeleted: return .roomDeleted(by: by)
        }
    }

    /// The message as it read at the event, unless it was deleted since.
    private static func eventMessage(in room: Room, from row: Statement, isEdit: Bool) -> Message {
        var message = Message(
            room: room.id, seq: row.integer(8), author: UserID(row.integer(9)), authorHandle: row.text(10),
            key: row.key(11), text: row.text(5), sentAt: WallTime(milliseconds: row.integer(13)),
            version: isEdit ? Int(row.integer(7)) : 1,
            editedAt: isEdit ? WallTime(milliseconds: row.integer(2)) : nil, replyTo: row.optionalInteger(14),
            thread: row.optionalInteger(15), mentions: row.isNull(16) ? [] : MentionList.users(in: row.text(16)))
        if row.isNull(5) { message.erase() }
        return message
    }
}

extension Statement {
    /// A message key in this column and the next.
    func key(_ column: Int32) -> MessageKey {
        MessageKey(high: UInt64(bitPattern: integer(column)), low: UInt64(bitPattern: integer(column + 1)))
    }
}
